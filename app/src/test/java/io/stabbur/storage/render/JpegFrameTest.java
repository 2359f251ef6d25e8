package io.stabbur.storage.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The memory that a JPEG's coefficients take, by its frame header. Names stand for segments, other
/// words are bytes in hexadecimal.
class JpegFrameTest {
  private static final int SIDE = 256;

  /// Of 256 by 256 pixels, two bytes a coefficient.
  @ParameterizedTest
  @CsvSource({
    "START grey SCAN1, 0",
    "START colour SCAN3, 0",
    "START progressive SCAN3, 393216",
    "START half SCAN3, 0",
    // colours at half the size both ways: one and a half samples a pixel
    "START progressive-half SCAN3, 196608",
    // a scan of one component of three: the others are kept
    "START colour SCAN1, 393216",
    "START EXIF progressive SCAN3, 393216",
    // bytes and markers between segments are skipped as decoders skip them
    "START 00 FF FF01 FFD0 progressive SCAN3, 393216",
    // a table is no frame
    "START TABLE progressive SCAN3, 393216",
    // the last frame header counts
    "START grey progressive SCAN3, 393216"
  })
  void onlyWhatComesInSeveralScansIsKeptWhole(String words, long bytes) throws IOException {
    assertThat(JpegFrame.coefficientBytes(image(words))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "START 00 00 00",
        "START EXIF",
        "START FFD9 progressive SCAN3",
        "START SCAN3 progressive",
        "START FFC2FFFF08",
        "START TABLE TABLE"
      })
  void aJpegWithoutAFrameIsRefused(String words) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> JpegFrame.coefficientBytes(image(words)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "FFD8", "89504E470D0A1A0A", "00FFD8FFC2"})
  void whatIsNoJpegKeepsNothing(String hex) throws IOException {
    assertThat(JpegFrame.coefficientBytes(HexFormat.of().parseHex(hex))).isZero();
  }

  private static byte[] image(String words) {
    var hex = new StringBuilder();
    for (var word : words.split(" ", -1)) {
      hex.append(
          switch (word) {
            case "START" -> "FFD8";
            case "EXIF" -> "FFE10004FFC2";
            case "TABLE" -> "FFC40003C2";
            case "SCAN1" -> "FFDA000801010000000000";
            case "SCAN3" -> "FFDA000C03010002000300000000";
            case "grey" -> frame("C0", "11");
            case "colour" -> frame("C0", "11", "11", "11");
            case "progressive" -> frame("C2", "11", "11", "11");
            case "half" -> frame("C0", "22", "11", "11");
            case "progressive-half" -> frame("C2", "22", "11", "11");
            default -> word;
          });
    }
    return HexFormat.of().parseHex(hex);
  }

  /// Marker, length, precision, height, width, and of each component its id, sampling and table.
  private static String frame(String marker, String... samplings) {
    var components = new StringBuilder();
    for (int i = 0; i < samplings.length; i++) {
      components.append("%02X%s00".formatted(i + 1, samplings[i]));
    }
    return "FF%s%04X08%04X%04X%02X%s"
        .formatted(marker, 8 + 3 * samplings.length, SIDE, SIDE, samplings.length, components);
  }
}
