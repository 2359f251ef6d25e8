package io.stabbur.realtime.bus;

import io.stabbur.platform.crypto.Crypto;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Puts messages into packets: several small ones into one, a large one into several. A packet is
/// `sender (16) · number (8) · sealed (kind (1) · content)`. On one thread.
final class PacketWriter {
  static final int SENDER = 16;
  static final int HEAD = SENDER + Long.BYTES;

  /// Bytes of a packet that are not content.
  static final int OVERHEAD = HEAD + Seal.OVERHEAD + 1;

  private final byte[] sender = Crypto.random(SENDER);
  private final Seal seal;
  private final int room;
  private long number;

  /// What a packet holds.
  enum Kind {
    /// Whole messages, each after its length of four bytes.
    WHOLE,
    /// The beginning of a message, and its further parts.
    FIRST,
    MIDDLE,
    LAST
  }

  PacketWriter(byte[] key, int largestPacket) {
    this.seal = sealOf(key, sender);
    this.room = largestPacket - OVERHEAD;
  }

  /// The seal of a sender.
  static Seal sealOf(byte[] key, byte[] sender) {
    return new Seal(Crypto.hmacSha256(key, sender));
  }

  byte[] sender() {
    return sender;
  }

  List<byte[]> packets(List<byte[]> messages) {
    var packets = new ArrayList<byte[]>();
    var content = ByteBuffer.allocate(room);
    for (var message : messages) {
      if (message.length + Integer.BYTES > content.remaining()) {
        whole(content, packets);
      }
      if (message.length + Integer.BYTES > room) {
        split(message, packets);
      } else {
        content.putInt(message.length).put(message);
      }
    }
    whole(content, packets);
    return packets;
  }

  private void whole(ByteBuffer content, List<byte[]> packets) {
    if (content.position() > 0) {
      packets.add(packet(Kind.WHOLE, Arrays.copyOf(content.array(), content.position())));
      content.clear();
    }
  }

  private void split(byte[] message, List<byte[]> packets) {
    for (int from = 0; from < message.length; from += room) {
      int to = Math.min(from + room, message.length);
      var kind = from == 0 ? Kind.FIRST : to == message.length ? Kind.LAST : Kind.MIDDLE;
      packets.add(packet(kind, Arrays.copyOfRange(message, from, to)));
    }
  }

  private byte[] packet(Kind kind, byte[] content) {
    number++;
    var clear = ByteBuffer.allocate(1 + content.length).put((byte) kind.ordinal()).put(content);
    var sealed = seal.seal(number, clear.array());
    return ByteBuffer.allocate(HEAD + sealed.length)
        .put(sender)
        .putLong(number)
        .put(sealed)
        .array();
  }
}
