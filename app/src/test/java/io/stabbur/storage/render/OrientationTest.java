package io.stabbur.storage.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {
  private static final int FIRST_DIRECTORY = 8;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void theTagIsReadInBothByteOrders(int value) {
    assertThat(Orientation.of(jpeg(ByteOrder.BIG_ENDIAN, FIRST_DIRECTORY, value)).value())
        .isEqualTo(value);
    assertThat(Orientation.of(jpeg(ByteOrder.LITTLE_ENDIAN, FIRST_DIRECTORY, value)).value())
        .isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 255, 65535})
  void aValueThatIsNoneIsUpright(int value) {
    assertThat(Orientation.of(jpeg(ByteOrder.BIG_ENDIAN, FIRST_DIRECTORY, value)).isUpright())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {Integer.MIN_VALUE, -1, 0, 7, 25, 100_000, Integer.MAX_VALUE - 1, Integer.MAX_VALUE})
  void aDirectoryOutsideOfItsBlockIsNotRead(int directory) {
    assertThat(Orientation.of(jpeg(ByteOrder.BIG_ENDIAN, directory, 6)).isUpright()).isTrue();
  }

  @Test
  void whatEndsEarlyIsUpright() {
    var whole = jpeg(ByteOrder.LITTLE_ENDIAN, FIRST_DIRECTORY, 6);

    for (int length = 0; length < whole.length - 4; length++) {
      assertThat(Orientation.of(Arrays.copyOf(whole, length)).isUpright())
          .as("%d bytes", length)
          .isTrue();
    }
  }

  @Test
  void noiseIsUpright() {
    assertThat(Orientation.of(new byte[100]).isUpright()).isTrue();
    assertThat(
            Orientation.of("GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).value())
        .isEqualTo(1);
  }

  /// Where the pixel at the top left of a picture of 3 by 2 pixels is seen.
  @ParameterizedTest
  @CsvSource({
    "1, 3, 2, 0, 0",
    "2, 3, 2, 2, 0",
    "3, 3, 2, 2, 1",
    "4, 3, 2, 0, 1",
    "5, 2, 3, 0, 0",
    "6, 2, 3, 1, 0",
    "7, 2, 3, 1, 2",
    "8, 2, 3, 0, 2"
  })
  void theImageIsTurnedAsItWasSeen(int value, int width, int height, int x, int y) {
    var image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xff0000);

    var seen = new Orientation(value).apply(image);

    assertThat(seen.getWidth()).isEqualTo(width);
    assertThat(seen.getHeight()).isEqualTo(height);
    assertThat(seen.getRGB(x, y) & 0xffffff).isEqualTo(0xff0000);
  }

  private static byte[] jpeg(ByteOrder order, int directory, int value) {
    var tiff = ByteBuffer.allocate(26).order(order);
    tiff.putShort((short) (order == ByteOrder.LITTLE_ENDIAN ? 0x4949 : 0x4d4d));
    tiff.putShort((short) 42).putInt(directory);
    tiff.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    tiff.putShort((short) value);
    var image = ByteBuffer.allocate(2 + 4 + 6 + 26 + 4);
    image.putShort((short) 0xffd8).putShort((short) 0xffe1).putShort((short) (2 + 6 + 26));
    image.putInt(0x45786966).putShort((short) 0).put(tiff.array());
    return image.putShort((short) 0xffda).putShort((short) 2).array();
  }
}
