package io.stabbur.attack;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// Frames of a WebSocket (RFC 6455), text alone.
final class Frames {
  private static final int TEXT = 0x81;
  private static final int CLOSE = 8;

  private Frames() {}

  /// A text frame of a client, masked with zeros.
  static byte[] masked(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream(bytes.length + 14);
    out.write(TEXT);
    if (bytes.length < 126) {
      out.write(0x80 | bytes.length);
    } else {
      out.write(0x80 | 126);
      out.write(bytes.length >> 8);
      out.write(bytes.length);
    }
    out.writeBytes(new byte[4]);
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  /// What a server sends until it is silent, closes, or the time is over: a frame a line.
  static String read(InputStream in, long until) throws IOException {
    var text = new StringBuilder();
    var frames = new DataInputStream(in);
    try {
      while (System.nanoTime() < until) {
        int first = frames.read();
        if (first < 0 || (first & 15) == CLOSE) {
          break;
        }
        long length = frames.readUnsignedByte() & 127;
        if (length == 126) {
          length = frames.readUnsignedShort();
        } else if (length == 127) {
          length = frames.readLong();
        }
        var bytes = frames.readNBytes((int) length);
        text.append(new String(bytes, StandardCharsets.UTF_8)).append('\n');
      }
    } catch (SocketTimeoutException _) {
      // it has said what it had to say
    }
    return text.toString();
  }
}
