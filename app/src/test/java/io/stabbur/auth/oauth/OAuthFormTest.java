package io.stabbur.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The parameters of the token endpoint, and the words that programs ask with.
class OAuthFormTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json; charset=utf-8";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a=1 | 1",
        "a=1&b=2 | 1",
        "b=2&a=1 | 1",
        "a= | ``",
        "a | ``",
        "`` | ``",
        "&& | ``",
        "a=b=c | b=c",
        "a=x+y | x y",
        "a=x%20y | x y",
        "a=%2B | +",
        "a=%C3%A5 | å",
        "a=å | å",
        "%61=1 | 1",
        "A=1 | ``"
      })
  void aFormIsReadAsBrowsersWriteIt(String form, String value) {
    assertThat(form(form).text("a")).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a&b=c", "x=y z", "å😀", "%", "+", "=", "\u0000\n"})
  void anyTextComesThrough(String text) {
    var form = "a=" + URLEncoder.encode(text, StandardCharsets.UTF_8) + "&b=1";

    assertThat(form(form).values()).isEqualTo(Map.of("a", text, "b", "1"));
  }

  /// RFC 6749, 3.2: no parameter more than once, since two readers might take different ones.
  @ParameterizedTest
  @ValueSource(strings = {"a=1&a=1", "a=1&b=2&a=3", "a=1&%61=2", "a=&a="})
  void aParameterThatIsRepeatedIsRefused(String form) {
    refused(() -> form(form), "Parameter a is repeated");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%2", "a=%zz", "%=1", "a=1&b=%+1"})
  void aFormThatCannotBeDecodedIsRefused(String form) {
    refused(() -> form(form), "Failed to parse form data");
  }

  @Test
  void noBodyHasNoParameters() {
    assertThat(OAuthForm.parse(null, FORM).values()).isEmpty();
    assertThat(OAuthForm.parse(null, "").values()).isEmpty();
  }

  @Test
  void ofJsonTheTextsCount() {
    var form = json("{\"a\":\"x+y\",\"n\":1,\"b\":true,\"c\":null,\"d\":[\"x\"],\"e\":{}}");

    assertThat(form.values()).isEqualTo(Map.of("a", "x+y"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "[]", "null", "\"a=1\"", "a=1"})
  void whatIsNoObjectIsRefused(String body) {
    refused(() -> json(body), "Invalid JSON body");
  }

  @Test
  void whatMustBeThereIsAskedForInItsOwnWords() {
    assertThat(form("code=x").required("code", "code is required")).isEqualTo("x");
    refused(() -> form("code=").required("code", "code is required"), "code is required");
    refused(() -> form("").required("code", "code is required"), "code is required");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | ``",
        "`   ` | ``",
        "openid | openid",
        "openid email | openid email",
        "email openid | email openid",
        "` openid   email ` | openid email",
        "openid openid email openid | openid email"
      })
  void scopesAreEachOnceInTheOrderOfTheRequest(String text, String scopes) {
    assertThat(Scopes.of(text).text()).isEqualTo(scopes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "openid email | openid | true",
        "openid email | email openid | true",
        "openid | openid email | false",
        "openid | `` | true",
        "`` | openid | false",
        "`` | `` | true",
        "openid | OPENID | false"
      })
  void aConsentCoversNoMoreThanItsOwnScopes(String given, String asked, boolean covers) {
    assertThat(Scopes.of(given).covers(Scopes.of(asked))).isEqualTo(covers);
  }

  @Test
  void theFirstUnsupportedScopeIsNamed() {
    assertThat(Scopes.of("openid profile email phone offline_access").unsupported()).isEmpty();
    assertThat(Scopes.of("openid a b").unsupported()).contains("a");
    assertThat(new Scopes(List.of()).unsupported()).isEmpty();
  }

  private static OAuthForm form(String text) {
    return OAuthForm.parse(text.getBytes(StandardCharsets.UTF_8), FORM);
  }

  private static OAuthForm json(String text) {
    return OAuthForm.parse(text.getBytes(StandardCharsets.UTF_8), JSON);
  }

  private static void refused(ThrowingCallable call, String description) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(call)
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(new AuthError.OAuth("invalid_request", description)));
  }
}
