package io.stabbur.storage.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What bytes may be called, by how they begin.
class SignatureTest {
  @ParameterizedTest
  @CsvSource({
    "FFD8FFE000104A464946, image/jpeg",
    "89504E470D0A1A0A0000, image/png",
    "474946383961, image/gif",
    "52494646000000005745425056503820, image/webp",
    "000000186674797068656963, image/heic",
    "000000186674797061766966, image/avif",
    "255044462D312E37, application/pdf",
    "504B030414000600, application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "68656C6C6F, text/plain; charset=utf-8",
    "68656C6C6F, application/octet-stream",
  })
  void whatItIs(String head, String type) {
    assertThat(Signature.fits(HexFormat.of().parseHex(head), type)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "89504E470D0A1A0A0000, image/jpeg",
    "255044462D312E37, image/png",
    "4D5A90000300, image/png",
    "4D5A90000300, application/octet-stream",
    "7F454C46, application/pdf",
    "504B030414000600, application/pdf",
    "3C7376673E, image/png",
    "68656C6C6F, application/pdf",
    "6865006C6F, text/plain",
    "000000186674797069736F6D, image/heic",
  })
  void whatItIsNot(String head, String type) {
    assertThat(Signature.fits(HexFormat.of().parseHex(head), type)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"R", "RIFF", "RIFF____WEB", "GIF8"})
  void beginningsThatAreCutShortTellNothing(String head) {
    assertThat(Signature.of(head.getBytes(StandardCharsets.ISO_8859_1))).isEmpty();
  }
}
