package io.stabbur.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/// Pictures that are small as files and promise, or are, far more.
final class HostileImages {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private HostileImages() {}

  /// A PNG of any size, whose rows are cut off after some of them.
  static byte[] png(int width, int height, int depth, int colour, int interlace, byte[]... more) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    var head = ByteBuffer.allocate(13).putInt(width).putInt(height);
    head.put(new byte[] {(byte) depth, (byte) colour, 0, 0, (byte) interlace});
    out.writeBytes(chunk("IHDR", head.array()));
    for (var each : more) {
      out.writeBytes(each);
    }
    out.writeBytes(chunk("IDAT", zeros(1 << 20)));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  static byte[] chunk(String type, byte[] data) {
    var named = ByteBuffer.allocate(4 + data.length).put(type.getBytes(ISO_8859_1)).put(data);
    var crc = new CRC32();
    crc.update(named.array());
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(named.array())
        .putInt((int) crc.getValue())
        .array();
  }

  /// Zeros, packed to one thousandth.
  static byte[] zeros(int size) {
    var out = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION))) {
      var block = new byte[1 << 16];
      for (int left = size; left > 0; left -= block.length) {
        deflater.write(block, 0, Math.min(left, block.length));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  /// A chunk of packed text or of a packed colour profile.
  static byte[] packed(String type, String name, int size) {
    var data = new ByteArrayOutputStream();
    data.writeBytes(name.getBytes(ISO_8859_1));
    data.writeBytes(type.equals("iTXt") ? new byte[] {0, 1, 0, 0, 0} : new byte[] {0, 0});
    data.writeBytes(zeros(size));
    return chunk(type, data.toByteArray());
  }

  /// A JPEG that comes in many scans and says it is larger than it is.
  static byte[] progressive(int width, int height) throws IOException {
    var jpeg = jpeg(ImageWriteParam.MODE_DEFAULT);
    ByteBuffer.wrap(jpeg)
        .putShort(frame(jpeg) + 5, (short) height)
        .putShort(frame(jpeg) + 7, (short) width);
    return jpeg;
  }

  /// The same with bytes right after its beginning.
  static byte[] after(byte[] jpeg, int... bytes) {
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    for (int each : bytes) {
      out.write(each);
    }
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  private static int frame(byte[] jpeg) {
    int at = 2;
    while ((jpeg[at + 1] & 0xff) != 0xC2 && (jpeg[at + 1] & 0xff) != 0xC0) {
      at += 2 + (ByteBuffer.wrap(jpeg).getShort(at + 2) & 0xffff);
    }
    return at;
  }

  private static byte[] jpeg(int mode) throws IOException {
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    var parameters = writer.getDefaultWriteParam();
    parameters.setProgressiveMode(mode);
    var out = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      var image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  /// A JPEG with so many bytes of comments and profiles before its picture.
  static byte[] segments(int bytes) throws IOException {
    var jpeg = jpeg(ImageWriteParam.MODE_DISABLED);
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    var segment = ByteBuffer.allocate(2 + 65_535);
    var marks = new int[] {0xFFFE, 0xFFE2, 0xFFE1, 0xFFED};
    for (int at = 0; out.size() < bytes; at++) {
      segment.clear().putShort((short) marks[at % marks.length]).putShort((short) 65_535);
      out.writeBytes(segment.array());
    }
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  /// A progressive JPEG whose last scan comes again and again.
  static byte[] scans(int times) throws IOException {
    var jpeg = jpeg(ImageWriteParam.MODE_DEFAULT);
    int last = 0;
    for (int at = 2; at + 1 < jpeg.length; at++) {
      last = (jpeg[at] & 0xff) == 0xFF && (jpeg[at + 1] & 0xff) == 0xDA ? at : last;
    }
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, last);
    for (int i = 0; i < times; i++) {
      out.write(jpeg, last, jpeg.length - 2 - last);
    }
    out.write(jpeg, jpeg.length - 2, 2);
    return out.toByteArray();
  }

  /// A GIF of many frames on a screen as large as can be.
  static byte[] gif(int frames, int width, int height) {
    var out = new ByteArrayOutputStream();
    var head = ByteBuffer.allocate(13 + 6).order(ByteOrder.LITTLE_ENDIAN);
    head.put("GIF89a".getBytes(ISO_8859_1)).putShort((short) 65_535).putShort((short) 65_535);
    head.put(new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff});
    out.writeBytes(head.array());
    for (int i = 0; i < frames; i++) {
      var frame = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x2C);
      frame.putShort((short) 0).putShort((short) 0);
      frame.putShort((short) width).putShort((short) height).put((byte) 0);
      out.writeBytes(frame.array());
      out.writeBytes(new byte[] {2, 2, 0x4C, 1, 0});
    }
    out.write(0x3B);
    return out.toByteArray();
  }

  /// A lossless WebP that says how large it is, and little more.
  static byte[] webp(int width, int height) {
    var out = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(ISO_8859_1)).putInt(56).put("WEBPVP8L".getBytes(ISO_8859_1)).putInt(44);
    out.put((byte) 0x2F).putInt((width - 1) | (height - 1) << 14);
    return out.array();
  }

  /// A TIFF whose only strip is said to hold the whole picture.
  static byte[] tiff(int width, int height) {
    var entries =
        new int[][] {
          {256, width},
          {257, height},
          {258, 8},
          {259, 1},
          {262, 1},
          {273, 8},
          {278, height},
          {279, 8}
        };
    var out = ByteBuffer.allocate(8 + 2 + entries.length * 12 + 4).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) entries.length);
    for (var entry : entries) {
      out.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
    }
    return out.array();
  }

  /// A bitmap packed by runs, as large as can be.
  static byte[] bmp(int width, int height) {
    var out = ByteBuffer.allocate(54 + 1024 + 4).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {'B', 'M'}).putInt(out.capacity()).putInt(0).putInt(54 + 1024);
    out.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) 8);
    out.putInt(1).putInt(0).putInt(0).putInt(0).putInt(0).putInt(0);
    return out.array();
  }
}
