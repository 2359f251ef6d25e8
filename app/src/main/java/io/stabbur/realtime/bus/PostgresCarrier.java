package io.stabbur.realtime.bus;

import io.stabbur.platform.db.Listener;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.Notifier;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `LISTEN` and `NOTIFY` in the project's database, on two connections. It needs no table and no
/// right, writes no data to the log and nothing is ever left over; a packet is Base64 text, because
/// a notification has at most 7,999 bytes of text.
final class PostgresCarrier implements Carrier {
  static final String CHANNEL = "stabbur_realtime";
  private static final int LONGEST_TEXT = 7_999;
  private static final int PACKETS_AT_ONCE = 1_000;

  private final Login login;
  private final Notifier notifier;
  private @Nullable Listener listener;

  PostgresCarrier(Login login) {
    this.login = login;
    this.notifier = new Notifier(login, CHANNEL);
  }

  @Override
  public int largestPacket() {
    return LONGEST_TEXT / 4 * 3;
  }

  @Override
  public void receive(Consumer<byte[]> packets, Runnable connected) {
    listener =
        Listener.eager(
            login,
            CHANNEL,
            text -> {
              if (text.isEmpty()) {
                connected.run();
              } else {
                packets.accept(bytes(text));
              }
            });
  }

  /// Nothing for what is no Base64: anybody may notify.
  private static byte[] bytes(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  @Override
  public void send(List<byte[]> packets) throws CarrierFailure {
    var texts = packets.stream().map(Base64.getEncoder()::encodeToString).toList();
    try {
      for (int from = 0; from < texts.size(); from += PACKETS_AT_ONCE) {
        notifier.send(texts.subList(from, Math.min(from + PACKETS_AT_ONCE, texts.size())));
      }
    } catch (SQLException e) {
      throw new CarrierFailure("the database cannot be notified, SQLSTATE " + e.getSQLState());
    }
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
    notifier.close();
  }
}
