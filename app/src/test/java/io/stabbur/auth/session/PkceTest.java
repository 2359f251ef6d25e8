package io.stabbur.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.session.Pkce.Method;
import io.stabbur.platform.error.ApiException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 7636: what a challenge may be, and which verifier proves it.
class PkceTest {
  /// The example of its appendix B.
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  @Test
  void theExampleOfTheStandardHolds() {
    var pkce = new Pkce(CHALLENGE, Method.S256);

    assertThat(pkce.isProvedBy(VERIFIER)).isTrue();
    assertThatCode(() -> pkce.check(VERIFIER)).doesNotThrowAnyException();
  }

  static Stream<CodeVerifier> verifiers() {
    return Stream.concat(
        Stream.of(
            new CodeVerifier("-._~".repeat(11)),
            new CodeVerifier("a".repeat(43)),
            new CodeVerifier("Z9".repeat(64))),
        Stream.generate(CodeVerifier::new).limit(20));
  }

  @ParameterizedTest
  @MethodSource("verifiers")
  void whatAClientsLibraryMakesIsProved(CodeVerifier verifier) {
    var challenge = CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue();
    var pkce = Pkce.of(challenge, "s256").orElseThrow();

    assertThat(pkce.isProvedBy(verifier.getValue())).isTrue();
    assertThat(pkce.isProvedBy(new CodeVerifier().getValue())).isFalse();
    // whoever overheard the challenge cannot show it as the verifier
    assertThat(pkce.isProvedBy(challenge)).isFalse();
  }

  @Test
  void aPlainChallengeIsItsOwnVerifier() {
    var pkce = Pkce.of(VERIFIER, "plain").orElseThrow();

    assertThat(pkce.isProvedBy(VERIFIER)).isTrue();
    assertThat(pkce.isProvedBy(CHALLENGE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk ",
        "dbjftjez4cvp-mb92k27uhbuju1p1r_ww1gfwfoejxk",
        "å"
      })
  void anotherVerifierIsRefused(String verifier) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> new Pkce(CHALLENGE, Method.S256).check(verifier))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(
                        new AuthError.Refused(
                            400,
                            AuthCode.BAD_CODE_VERIFIER,
                            "code challenge does not match previously saved code verifier")));
  }

  @ParameterizedTest
  @CsvSource({"S256, S256", "s256, S256", "plain, PLAIN", "PLAIN, PLAIN", "Plain, PLAIN"})
  void theMethodIsReadInAnyCase(String wire, Method method) {
    assertThat(Pkce.method(wire)).isEqualTo(method);
    assertThat(Pkce.of(CHALLENGE, wire)).contains(new Pkce(CHALLENGE, method));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "s512", "S256 ", "none", "sha256"})
  void anotherMethodIsRefused(String wire) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> Pkce.method(wire))
        .satisfies(e -> assertThat(e.error()).isEqualTo(invalid("Invalid code_challenge_method")));
  }

  /// The columns of flows keep the methods in these words.
  @Test
  void theMethodIsWrittenInSmallLetters() {
    for (var method : Method.values()) {
      assertThat(method.wire()).isLowerCase();
      assertThat(Pkce.method(method.wire())).isEqualTo(method);
    }
  }

  @Test
  void withoutBothThereIsNoPkce() {
    assertThat(Pkce.of("", "")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"`` | s256", CHALLENGE + " | ``", "`` | odd", "short | ``"})
  void oneWithoutTheOtherIsRefused(String challenge, String method) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> Pkce.of(challenge, method))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(
                        invalid(
                            "PKCE flow requires code_challenge_method and code_challenge"
                                + " together")));
  }

  @Test
  void aChallengeHas43To128Characters() {
    for (int length : new int[] {43, 44, 127, 128}) {
      assertThat(Pkce.of("a".repeat(length), "s256")).as("%d", length).isPresent();
    }
    for (int length : new int[] {1, 42, 129, 5000}) {
      assertThatExceptionOfType(ApiException.class)
          .as("%d", length)
          .isThrownBy(() -> Pkce.of("a".repeat(length), "s256"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"+", "/", "=", " ", "%", "\n", "å", "\u0000", "*"})
  void aChallengeHasUnreservedCharactersOnly(String odd) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> Pkce.of("a".repeat(43) + odd, "s256"))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(
                        invalid(
                            "code_challenge needs 43 to 128 letters, digits, hyphens, periods,"
                                + " underscores or tildes")));
  }

  private static AuthError invalid(String message) {
    return new AuthError.Refused(400, AuthCode.VALIDATION_FAILED, message);
  }
}
