package io.stabbur.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/// Images at other sizes and in other formats.
class RenderApiTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());

  /// Left half red, right half blue.
  private static byte[] image(int width, int height, String format) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var pen = image.createGraphics();
    pen.setColor(Color.RED);
    pen.fillRect(0, 0, width / 2, height);
    pen.setColor(Color.BLUE);
    pen.fillRect(width / 2, 0, width - width / 2, height);
    pen.dispose();
    var out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  private String stored(byte[] bytes, String name, String type) {
    var bucket = http.bucket(",\"public\":true");
    var up =
        http.send(
            "POST",
            "/object/" + bucket + "/" + name,
            http.service(),
            Map.of("content-type", type),
            BodyPublishers.ofByteArray(bytes));
    assertThat(up.status()).as(up.text()).isEqualTo(200);
    return bucket + "/" + name;
  }

  private static BufferedImage read(StorageHttp.Answer answer) throws IOException {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return ImageIO.read(new ByteArrayInputStream(answer.bytes()));
  }

  @Test
  void coverFillsTheSizeContainFitsIntoIt() throws IOException {
    var path = stored(image(400, 200, "png"), "i.png", "image/png");
    var cover = read(http.get("/render/image/public/" + path + "?width=100&height=100", ""));
    assertThat(cover.getWidth()).isEqualTo(100);
    assertThat(cover.getHeight()).isEqualTo(100);
    var contain =
        read(http.get("/render/image/public/" + path + "?width=100&height=100&resize=contain", ""));
    assertThat(contain.getHeight()).isEqualTo(50);
    var fill =
        read(http.get("/render/image/public/" + path + "?width=80&height=90&resize=fill", ""));
    assertThat(fill.getHeight()).isEqualTo(90);
    var wide = read(http.get("/render/image/public/" + path + "?width=40", ""));
    assertThat(wide.getHeight()).isEqualTo(20);
  }

  @Test
  void gravityChoosesWhatStaysInSight() throws IOException {
    var path = stored(image(400, 200, "png"), "g.png", "image/png");
    var west =
        read(http.get("/render/image/public/" + path + "?width=50&height=100&gravity=we", ""));
    var east =
        read(http.get("/render/image/public/" + path + "?width=50&height=100&gravity=ea", ""));
    assertThat(new Color(west.getRGB(25, 50))).isEqualTo(Color.RED);
    assertThat(new Color(east.getRGB(25, 50))).isEqualTo(Color.BLUE);
  }

  @Test
  void whatTheClientAcceptsIsSent() throws IOException {
    var path = stored(image(40, 20, "jpg"), "a.jpg", "image/jpeg");
    var webp =
        http.get("/render/image/public/" + path + "?width=20", "", Map.of("accept", "image/webp"));
    assertThat(webp.header("content-type")).isEqualTo("image/webp");
    assertThat(new String(webp.bytes(), 8, 4, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("WEBP");
    var origin =
        http.get(
            "/render/image/public/" + path + "?width=20&format=origin",
            "",
            Map.of("accept", "image/webp"));
    assertThat(origin.header("content-type")).isEqualTo("image/jpeg");
  }

  @Test
  void aDrawingIsSentAsItIs() {
    var drawing = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    var path = stored(drawing.getBytes(US_ASCII), "a.svg", "image/svg+xml");
    var accepting = Map.of("accept", "image/webp,image/svg+xml,*/*");
    var answer = http.get("/render/image/public/" + path + "?width=20&height=20", "", accepting);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(drawing);
    assertThat(answer.header("content-type")).isEqualTo("image/svg+xml");
    assertThat(answer.header("x-transformations"))
        .isEqualTo("height:20,width:20,resizing_type:fill");
    assertThat(answer.header("content-security-policy")).contains("sandbox");
    assertThat(http.get("/render/image/public/" + path + "?format=webp", "").status())
        .isEqualTo(400);
  }

  @Test
  void aSignedImageIsRenderedAsItWasSigned() throws IOException {
    var path = stored(image(400, 200, "png"), "s.png", "image/png");
    var signed =
        http.post(
            "/object/sign/" + path,
            http.service(),
            "{\"expiresIn\":60,\"transform\":{\"width\":10,\"height\":10,\"gravity\":\"fp\",\"x_offset\":0,\"y_offset\":1}}");
    var answer = http.get(signed.field("signedURL") + "&width=300", "");
    assertThat(read(answer).getWidth()).isEqualTo(10);
    assertThat(answer.header("x-transformations")).contains("gravity:fp:0:1");
  }

  @Test
  void anAddressOfASmallImageDoesNotOpenTheWholeOne() throws IOException {
    var path = stored(image(400, 200, "png"), "s.png", "image/png");
    var small =
        http.post(
                "/object/sign/" + path,
                http.service(),
                "{\"expiresIn\":60,\"transform\":{\"width\":10,\"height\":10}}")
            .field("signedURL");
    var whole = http.get(small.replace("/render/image/sign/", "/object/sign/"), "");
    assertThat(whole.status()).isEqualTo(400);
    assertThat(whole.field("error")).isEqualTo("InvalidSignature");
  }

  @Test
  void hostileImagesAreRefusedBeforeTheyAreDecoded() throws IOException {
    var bomb = image(10, 10, "png");
    // a header that promises 60,000 by 60,000 pixels
    ByteBuffer.wrap(bomb).putInt(16, 60_000).putInt(20, 60_000);
    var crc = new CRC32();
    crc.update(bomb, 12, 17);
    ByteBuffer.wrap(bomb).putInt(29, (int) crc.getValue());
    var path = stored(bomb, "bomb.png", "image/png");
    var refused = http.get("/render/image/public/" + path + "?width=10", "");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.field("error")).isEqualTo("InvalidRequest");
    var text =
        stored("no image".getBytes(java.nio.charset.StandardCharsets.UTF_8), "t", "image/png");
    assertThat(http.get("/render/image/public/" + text + "?width=10", "").status()).isEqualTo(400);
    var cut = stored(java.util.Arrays.copyOf(image(90, 90, "png"), 60), "cut.png", "image/png");
    assertThat(http.get("/render/image/public/" + cut + "?width=10", "").status()).isEqualTo(400);
    for (var wrong :
        new String[] {"width=-1", "width=x", "quality=5", "resize=all", "gravity=up"}) {
      assertThat(http.get("/render/image/public/" + text + "?" + wrong, "").status())
          .as(wrong)
          .isEqualTo(400);
    }
  }

  @Test
  void imagesThatClaimToBeHugeAreRefusedBeforeTheyAreDecoded() throws IOException {
    for (var claim : new int[][] {{50_000, 50_000}, {Integer.MAX_VALUE, 1}, {0, 10}, {-1, -1}}) {
      var png = image(10, 10, "png");
      // width and height follow the chunk's name; its checksum is set right
      var header = java.nio.ByteBuffer.wrap(png);
      header.putInt(16, claim[0]).putInt(20, claim[1]);
      var crc = new java.util.zip.CRC32();
      crc.update(png, 12, 17);
      header.putInt(29, (int) crc.getValue());
      refused(stored(png, "huge.png", "image/png"), "?width=10");
    }
  }

  private void refused(String path, String wish) {
    var answer = http.get("/render/image/public/" + path + wish, "");
    assertThat(answer.status()).as(path + answer.text()).isEqualTo(400);
    assertThat(answer.field("statusCode")).isIn("400", "413");
  }

  @Test
  void aSmallFileOfManyPixelsIsRenderedWithinTheBudget() throws IOException {
    // 49 million pixels of one colour: a few hundred kilobytes that unpack to 150 MB and more
    var image = new BufferedImage(7000, 7000, BufferedImage.TYPE_BYTE_GRAY);
    var out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    assertThat(out.size()).isLessThan(500_000);
    var path = stored(out.toByteArray(), "bomb.png", "image/png");
    assertThat(read(http.get("/render/image/public/" + path + "?width=100", "")).getWidth())
        .isEqualTo(100);
  }

  @Test
  void brokenAndForeignFilesAreRefused() throws IOException {
    var jpeg = image(100, 100, "jpg");
    var png = image(100, 100, "png");
    var cut = java.util.Arrays.copyOf(png, png.length / 2);
    var noise = new byte[10_000];
    new java.util.Random(1).nextBytes(noise);
    var spoiled = jpeg.clone();
    for (int i = 20; i < spoiled.length; i += 7) {
      spoiled[i] ^= (byte) 0xff;
    }
    for (var bytes :
        new byte[][] {
          cut,
          noise,
          spoiled,
          new byte[0],
          "RIFF____WEBPVP8X".getBytes(US_ASCII),
          "GIF89a".getBytes(US_ASCII),
          "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(US_ASCII)
        }) {
      refused(stored(bytes, "broken", "image/png"), "?width=10");
    }
  }

  @Test
  void textThatUnpacksToGigabytesIsNotUnpacked() throws IOException {
    // a zTXt chunk of zeros, one thousandth of their size
    var packed = new ByteArrayOutputStream();
    try (var deflater = new java.util.zip.DeflaterOutputStream(packed)) {
      var zeros = new byte[1 << 20];
      for (int i = 0; i < 300; i++) {
        deflater.write(zeros);
      }
    }
    var data = new ByteArrayOutputStream();
    data.writeBytes(new byte[] {'z', 'T', 'X', 't', 'a', 0, 0});
    data.writeBytes(packed.toByteArray());
    var crc = new java.util.zip.CRC32();
    crc.update(data.toByteArray());
    var png = image(10, 10, "png");
    var bomb = new ByteArrayOutputStream();
    bomb.write(png, 0, 33);
    bomb.writeBytes(java.nio.ByteBuffer.allocate(4).putInt(data.size() - 4).array());
    bomb.writeBytes(data.toByteArray());
    bomb.writeBytes(java.nio.ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    bomb.write(png, 33, png.length - 33);
    var path = stored(bomb.toByteArray(), "text.png", "image/png");
    long before = allocated();
    assertThat(read(http.get("/render/image/public/" + path + "?width=5", "")).getWidth())
        .isEqualTo(5);
    assertThat(allocated() - before).as("bytes allocated").isLessThan(100L << 20);
  }

  /// What all threads have allocated so far.
  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getTotalThreadAllocatedBytes();
  }
}
