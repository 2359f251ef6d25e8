package io.stabbur.platform.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
  // the key and the codes of RFC 6238, appendix B, cut to six digits
  private final Totp totp = new Totp("12345678901234567890".getBytes(StandardCharsets.US_ASCII));

  @ParameterizedTest
  @CsvSource({
    "59,287082",
    "1111111109,081804",
    "1111111111,050471",
    "1234567890,005924",
    "2000000000,279037",
    "20000000000,353130"
  })
  void makesTheCodesOfTheStandard(long second, String code) {
    assertThat(totp.code(Instant.ofEpochSecond(second))).isEqualTo(code);
  }

  @Test
  void theNeighbourStepsAreForgivenAndNoOthers() {
    var now = Instant.ofEpochSecond(1_234_567_890);

    assertThat(totp.matches(totp.code(now.minusSeconds(30)), now)).isPositive();
    assertThat(totp.matches(totp.code(now.plusSeconds(30)), now)).isPositive();
    assertThat(totp.matches(totp.code(now.minusSeconds(60)), now)).isNegative();
    assertThat(totp.matches(totp.code(now.plusSeconds(60)), now)).isNegative();
    assertThat(totp.matches("", now)).isNegative();
  }

  @Test
  void theSecretIsBase32AndReadsBack() {
    assertThat(totp.secret()).isEqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assertThat(Totp.of(totp.secret()).key()).isEqualTo(totp.key());
    assertThat(totp.uri("Min app", "a@b.no"))
        .isEqualTo(
            "otpauth://totp/Min%20app:a%40b.no?algorithm=SHA1&digits=6&issuer=Min%20app&period=30&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  }
}
