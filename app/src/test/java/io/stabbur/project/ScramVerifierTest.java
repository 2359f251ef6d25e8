package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.config.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramVerifierTest {
  /// The user of RFC 7677, with the password `pencil`.
  private static final String PENCIL =
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

  @Test
  void theExampleOfTheStandardHolds() {
    var verifier = ScramVerifier.parse(PENCIL).orElseThrow();

    assertThat(verifier.isOf(Secret.of("pencil"))).isTrue();
    assertThat(verifier.isOf(Secret.of("Pencil"))).isFalse();
    assertThat(verifier.iterations()).isEqualTo(4096);
    assertThat(verifier.text()).isEqualTo(PENCIL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "påske", "密码", "with space", "$:="})
  void aVerifierIsOfItsPassword(String password) {
    var verifier = ScramVerifier.of(Secret.of(password + "x"), 2);
    var kept = ScramVerifier.parse(verifier.text()).orElseThrow();

    assertThat(kept).isEqualTo(verifier);
    assertThat(kept.isOf(Secret.of(password + "x"))).isTrue();
    assertThat(kept.isOf(Secret.of(password + "y"))).isFalse();
  }

  @Test
  void thePasswordIsComparedAsPostgresPreparesIt() {
    // a full-width letter is the letter
    assertThat(ScramVerifier.of(Secret.of("ａbc"), 2).isOf(Secret.of("abc"))).isTrue();
  }

  @Test
  void eachVerifierHasASaltOfItsOwn() {
    var password = Secret.of("pencil");

    assertThat(ScramVerifier.of(password, 2)).isNotEqualTo(ScramVerifier.of(password, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pencil",
        "md53175bce1d3201d16594cebf9d7eb3f9d",
        "SCRAM-SHA-256$",
        "SCRAM-SHA-256$x:a$b:c",
        "SCRAM-SHA-256$4096:a$b",
        "SCRAM-SHA-256$4096:a$b:c:d",
        "SCRAM-SHA-256$99999999999:a$b:c",
        " SCRAM-SHA-256$1:a$b:c"
      })
  void otherFormsAreNone(String kept) {
    assertThat(ScramVerifier.parse(kept)).isEmpty();
  }
}
