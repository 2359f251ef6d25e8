package io.stabbur.realtime.bus;

import io.stabbur.realtime.bus.PacketWriter.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the messages of other senders from packets. A packet that comes twice, out of order or
/// from somebody without the key is dropped, and so is a message of which a part is missing. On one
/// thread.
final class PacketReader {
  private static final Logger LOG = LoggerFactory.getLogger(PacketReader.class);

  private final byte[] key;
  private final byte[] self;
  private final Consumer<byte[]> messages;
  private final Map<ByteBuffer, Sender> senders = new HashMap<>();
  private boolean hasWarned;

  /// What came from one sender.
  private static final class Sender {
    private final Seal seal;
    private long last;
    private @Nullable ByteArrayOutputStream partial;

    Sender(Seal seal) {
      this.seal = seal;
    }
  }

  /// @param self the sender whose packets are not read
  PacketReader(byte[] key, byte[] self, Consumer<byte[]> messages) {
    this.key = key;
    this.self = self;
    this.messages = messages;
  }

  void read(byte[] packet) {
    if (packet.length < PacketWriter.OVERHEAD) {
      warn();
      return;
    }
    var id = Arrays.copyOf(packet, PacketWriter.SENDER);
    if (Arrays.equals(id, self)) {
      return;
    }
    var known = senders.get(ByteBuffer.wrap(id));
    var sender = known == null ? new Sender(PacketWriter.sealOf(key, id)) : known;
    long number = ByteBuffer.wrap(packet).getLong(PacketWriter.SENDER);
    if (number <= sender.last) {
      return;
    }
    var clear = sender.seal.open(number, packet, PacketWriter.HEAD);
    if (clear.isEmpty()) {
      warn();
      return;
    }
    senders.put(ByteBuffer.wrap(id), sender);
    if (number != sender.last + 1) {
      sender.partial = null;
    }
    sender.last = number;
    content(sender, ByteBuffer.wrap(clear.get()));
  }

  private void content(Sender sender, ByteBuffer clear) {
    try {
      switch (Kind.of(clear.get())) {
        case WHOLE -> whole(clear);
        case FIRST -> {
          sender.partial = new ByteArrayOutputStream();
          part(sender, clear);
        }
        case MIDDLE -> part(sender, clear);
        case LAST -> {
          part(sender, clear);
          last(sender);
        }
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      // sealed with the right key, so by another version of the program
      LOG.warn("A packet of another replica is malformed; do all replicas run one version?");
    }
  }

  private void whole(ByteBuffer clear) {
    while (clear.hasRemaining()) {
      var message = new byte[clear.getInt()];
      clear.get(message);
      messages.accept(message);
    }
  }

  private static void part(Sender sender, ByteBuffer clear) {
    var partial = sender.partial;
    if (partial == null) {
      return;
    }
    if (partial.size() + clear.remaining() > Bus.LONGEST) {
      sender.partial = null;
      return;
    }
    var part = new byte[clear.remaining()];
    clear.get(part);
    partial.writeBytes(part);
  }

  private void last(Sender sender) {
    var partial = sender.partial;
    sender.partial = null;
    if (partial != null) {
      messages.accept(partial.toByteArray());
    }
  }

  /// Once: whoever floods the channel must not flood the log.
  private void warn() {
    if (!hasWarned) {
      hasWarned = true;
      LOG.warn(
          "A packet on the bus of replicas is not sealed with this project's master key and is"
              + " ignored, as are others like it; all replicas of a project need one master key");
    }
  }
}
