package io.stabbur.realtime.room;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/// A whole WebSocket frame of the server (RFC 6455, unmasked), encoded once for any number of
/// sockets. Nobody needs to release it.
public final class Frame {
  private static final int FINAL_TEXT = 0x81;
  private static final int FINAL_BINARY = 0x82;
  private static final int FINAL_CLOSE = 0x88;
  private static final int FINAL_PONG = 0x8A;

  /// From here on one copy outside the heap is cheaper than one for each socket that sends it.
  private static final int LARGE = 16 * 1024;

  private final ByteBuffer bytes;

  private Frame(int opcode, byte[]... parts) {
    int length = 0;
    for (var part : parts) {
      length += part.length;
    }
    int size = length + (length < 126 ? 2 : length < 65536 ? 4 : 10);
    var buffer = size < LARGE ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
    buffer.put((byte) opcode);
    if (length < 126) {
      buffer.put((byte) length);
    } else if (length < 65536) {
      buffer.put((byte) 126).putShort((short) length);
    } else {
      buffer.put((byte) 127).putLong(length);
    }
    for (var part : parts) {
      buffer.put(part);
    }
    bytes = buffer.flip();
  }

  /// A text frame; the parts are UTF-8.
  public static Frame text(byte[]... parts) {
    return new Frame(FINAL_TEXT, parts);
  }

  public static Frame binary(byte[]... parts) {
    return new Frame(FINAL_BINARY, parts);
  }

  public static Frame pong(byte[] payload) {
    return new Frame(FINAL_PONG, payload);
  }

  /// A close frame without a reason text.
  public static Frame close(int code) {
    return new Frame(FINAL_CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
  }

  /// Its length in bytes, header included.
  public int size() {
    return bytes.limit();
  }

  /// A view for one socket to send.
  public ByteBuf buffer() {
    return Unpooled.wrappedBuffer(bytes.duplicate());
  }
}
