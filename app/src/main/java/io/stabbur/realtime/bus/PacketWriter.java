package io.stabbur.realtime.bus;

import io.stabbur.platform.crypto.Crypto;
import java.io.ByteArrayOutputStream;
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
    WHOLE('W'),
    /// The beginning of a message, and its further parts.
    FIRST('F'),
    MIDDLE('M'),
    LAST('L');

    private final byte code;

    Kind(char code) {
      this.code = (byte) code;
    }

    /// @throws IndexOutOfBoundsException for a code that no kind has
    static Kind of(byte code) {
      for (var kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IndexOutOfBoundsException("no packet is of kind " + code);
    }
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
    var content = new ByteArrayOutputStream();
    for (var message : messages) {
      int size = Integer.BYTES + message.length;
      if (content.size() + size > room) {
        whole(content, packets);
      }
      if (size > room) {
        split(message, packets);
      } else {
        content.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(message.length).array());
        content.writeBytes(message);
      }
    }
    whole(content, packets);
    return packets;
  }

  private void whole(ByteArrayOutputStream content, List<byte[]> packets) {
    if (content.size() > 0) {
      packets.add(packet(Kind.WHOLE, content.toByteArray()));
      content.reset();
    }
  }

  /// Into two parts at least: the last says that the message is complete.
  private void split(byte[] message, List<byte[]> packets) {
    int part = Math.min(room, message.length - 1);
    for (int from = 0; from < message.length; from += part) {
      int to = Math.min(from + part, message.length);
      var kind = from == 0 ? Kind.FIRST : to == message.length ? Kind.LAST : Kind.MIDDLE;
      packets.add(packet(kind, Arrays.copyOfRange(message, from, to)));
    }
  }

  private byte[] packet(Kind kind, byte[] content) {
    number++;
    var clear = ByteBuffer.allocate(1 + content.length).put(kind.code).put(content).array();
    var sealed = seal.seal(number, clear);
    return ByteBuffer.allocate(HEAD + sealed.length)
        .put(sender)
        .putLong(number)
        .put(sealed)
        .array();
  }
}
