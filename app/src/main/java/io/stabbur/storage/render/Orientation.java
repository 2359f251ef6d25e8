package io.stabbur.storage.render;

import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// How a camera held an image, from the Exif block of a JPEG: 1 upright, up to 8.
record Orientation(int value) {
  private static final Orientation UPRIGHT = new Orientation(1);
  private static final int APP1 = 0xE1;
  private static final int START_OF_SCAN = 0xDA;
  private static final int TAG = 0x0112;

  static Orientation of(byte[] image) {
    if (image.length < 4 || (image[0] & 0xff) != 0xFF || (image[1] & 0xff) != 0xD8) {
      return UPRIGHT;
    }
    var in = ByteBuffer.wrap(image);
    for (int at = 2; at + 4 <= image.length && (image[at] & 0xff) == 0xFF; ) {
      int marker = image[at + 1] & 0xff;
      int length = in.getShort(at + 2) & 0xffff;
      if (marker == START_OF_SCAN || length < 2 || at + 2 + length > image.length) {
        return UPRIGHT;
      }
      if (marker == APP1 && length > 16 && in.getInt(at + 4) == 0x45786966) {
        return exif(in.slice(at + 10, length - 8));
      }
      at += 2 + length;
    }
    return UPRIGHT;
  }

  private static Orientation exif(ByteBuffer tiff) {
    tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > tiff.limit() - 2) {
      return UPRIGHT;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int entry = 0; entry < entries; entry++) {
      int at = directory + 2 + entry * 12;
      if (at + 12 > tiff.limit()) {
        return UPRIGHT;
      }
      if ((tiff.getShort(at) & 0xffff) == TAG) {
        int value = tiff.getShort(at + 8) & 0xffff;
        return value >= 1 && value <= 8 ? new Orientation(value) : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  boolean isUpright() {
    return value == 1;
  }

  boolean isSideways() {
    return value >= 5;
  }

  /// The image as it was seen.
  BufferedImage apply(BufferedImage image) {
    if (value == 1) {
      return image;
    }
    int width = image.getWidth();
    int height = image.getHeight();
    var turn =
        switch (value) {
          case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
          case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
          case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
          case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
          case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
          case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
          default -> new AffineTransform(0, -1, 1, 0, 0, width);
        };
    var out =
        new BufferedImage(
            isSideways() ? height : width,
            isSideways() ? width : height,
            image.getColorModel().hasAlpha()
                ? BufferedImage.TYPE_INT_ARGB
                : BufferedImage.TYPE_INT_RGB);
    var pen = out.createGraphics();
    try {
      pen.drawImage(image, turn, null);
    } finally {
      pen.dispose();
    }
    return out;
  }
}
