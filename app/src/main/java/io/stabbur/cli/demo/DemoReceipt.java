package io.stabbur.cli.demo;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/// Receipts as phones and mail bring them. Drawn with rectangles alone, so no fonts are needed.
final class DemoReceipt {
  private static final int WIDTH = 360;
  private static final int HEIGHT = 560;

  /// Segments of each digit, top, upper right, lower right, bottom, lower left, upper left, middle.
  private static final int[] DIGITS = {
    0b1111110, 0b0110000, 0b1101101, 0b1111001, 0b0110011, 0b1011011, 0b1011111, 0b1110000,
    0b1111111, 0b1111011
  };

  private DemoReceipt() {}

  static byte[] jpeg(int number, int cents) {
    var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    var paper = image.createGraphics();
    try {
      int shade = 225 + DemoRow.pick(number, 31, 25);
      paper.setColor(new Color(shade, shade, shade - 8));
      paper.fillRect(0, 0, WIDTH, HEIGHT);
      paper.setColor(new Color(40, 40, 60));
      lines(paper, number);
      amount(paper, cents);
    } finally {
      paper.dispose();
    }
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpeg", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// A page with the amount, in a font every reader has.
  static byte[] pdf(int number, int cents) {
    var text =
        "BT /F1 18 Tf 40 500 Td (Kvittering %d) Tj 0 -40 Td (Sum: NOK %d.%02d) Tj ET"
            .formatted(number + 1, cents / 100, cents % 100);
    var objects =
        List.of(
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R"
                + " /Resources << /Font << /F1 5 0 R >> >> >>",
            "<< /Length %d >>\nstream\n%s\nendstream".formatted(text.length(), text),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    return document(objects).getBytes(StandardCharsets.US_ASCII);
  }

  /// Header, numbered objects, the table of where each begins, trailer.
  private static String document(List<String> objects) {
    var pdf = new StringBuilder("%PDF-1.4\n");
    var offsets = new ArrayList<Integer>();
    for (var object : objects) {
      offsets.add(pdf.length());
      pdf.append(offsets.size()).append(" 0 obj\n").append(object).append("\nendobj\n");
    }
    int table = pdf.length();
    pdf.append("xref\n0 ").append(objects.size() + 1).append("\n0000000000 65535 f \n");
    for (int offset : offsets) {
      pdf.append("%010d 00000 n \n".formatted(offset));
    }
    return pdf.append("trailer\n<< /Size ")
        .append(objects.size() + 1)
        .append(" /Root 1 0 R >>\nstartxref\n")
        .append(table)
        .append("\n%%EOF\n")
        .toString();
  }

  private static void lines(Graphics2D paper, int number) {
    for (int line = 0; line < 14; line++) {
      int words = 1 + DemoRow.pick(number, 40 + line, 5);
      for (int word = 0; word < words; word++) {
        paper.fillRect(30 + word * 50, 40 + line * 26, 40, 8);
      }
    }
  }

  private static void amount(Graphics2D paper, int cents) {
    var digits = "%d".formatted(cents);
    for (int i = 0; i < digits.length(); i++) {
      int x = WIDTH - 40 * (digits.length() - i) - 20;
      digit(paper, digits.charAt(i) - '0', x, 440);
    }
    paper.fillRect(WIDTH - 104, 494, 6, 6);
  }

  private static void digit(Graphics2D paper, int digit, int x, int y) {
    int[][] segments = {
      {x, y, 24, 5},
      {x + 20, y, 5, 30},
      {x + 20, y + 30, 5, 30},
      {x, y + 56, 24, 5},
      {x, y + 30, 5, 30},
      {x, y, 5, 30},
      {x, y + 28, 24, 5}
    };
    for (int i = 0; i < segments.length; i++) {
      if ((DIGITS[digit] & (1 << (6 - i))) != 0) {
        paper.fillRect(segments[i][0], segments[i][1], segments[i][2], segments[i][3]);
      }
    }
  }
}
