package io.stabbur.storage.render;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.IIOException;

/// What the frame header of a JPEG (ITU T.81, B.2.2) says of the memory its decoding takes: one
/// that comes in several scans is kept whole, as coefficients, until the last of them. Markers are
/// followed as decoders follow them, so that nobody leads past the header that they find.
final class JpegFrame {
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int TEMPORARY = 0x01;
  private static final int FIRST_RESTART = 0xD0;
  private static final int LAST_RESTART = 0xD7;
  private static final int FIRST_FRAME = 0xC0;
  private static final int LAST_FRAME = 0xCF;
  private static final int PROGRESSIVE = 0xC2;
  private static final int COEFFICIENT = 2;

  private JpegFrame() {}

  /// The bytes of all coefficients that are kept at once; none for what is no JPEG or comes in one
  /// scan. A JPEG whose frame is not found is refused.
  static long coefficientBytes(byte[] image) throws IOException {
    if (image.length < 4 || (image[0] & 0xff) != 0xFF || (image[1] & 0xff) != 0xD8) {
      return 0;
    }
    var in = ByteBuffer.wrap(image);
    long bytes = 0;
    int components = 0;
    boolean progressive = false;
    for (int at = 2; at + 5 <= image.length; ) {
      int marker = image[at + 1] & 0xff;
      if ((image[at] & 0xff) != 0xFF || marker == 0xFF) {
        // bytes between segments, which decoders skip
        at++;
        continue;
      }
      if (isAlone(marker)) {
        at += 2;
        continue;
      }
      if (marker == END_OF_IMAGE || (marker == START_OF_SCAN && components == 0)) {
        break;
      }
      int length = in.getShort(at + 2) & 0xffff;
      if (marker == START_OF_SCAN) {
        return progressive || (image[at + 4] & 0xff) < components ? bytes : 0;
      }
      if (isFrame(marker) && at + 2 + length <= image.length) {
        progressive = marker >= PROGRESSIVE;
        components = image[at + 9] & 0xff;
        bytes = bytes(in.slice(at + 5, length - 3), components);
      }
      at += 2 + Math.max(2, length);
    }
    throw new IIOException("The JPEG has no frame");
  }

  /// No length follows these: a byte FF that was stuffed, and markers of scans.
  private static boolean isAlone(int marker) {
    return marker == 0
        || marker == TEMPORARY
        || (marker >= FIRST_RESTART && marker <= LAST_RESTART);
  }

  /// C0 to CF, but for C4, C8 and CC, which are other segments.
  private static boolean isFrame(int marker) {
    return marker == FIRST_FRAME
        || (marker > FIRST_FRAME && marker <= LAST_FRAME && marker % 4 != 0);
  }

  private static long bytes(ByteBuffer frame, int components) {
    long pixels = (long) (frame.getShort(0) & 0xffff) * (frame.getShort(2) & 0xffff);
    int widest = 1;
    int highest = 1;
    long samples = 0;
    for (int component = 0; component < components; component++) {
      int sampling = frame.get(5 + component * 3 + 1) & 0xff;
      widest = Math.max(widest, sampling >> 4);
      highest = Math.max(highest, sampling & 0xf);
      samples += (long) (sampling >> 4) * (sampling & 0xf);
    }
    return pixels * samples * COEFFICIENT / ((long) widest * highest);
  }
}
