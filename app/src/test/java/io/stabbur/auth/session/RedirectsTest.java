package io.stabbur.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a browser is sent back to: what stands in the query, which servers see, and what behind
/// the `#`, which they do not.
class RedirectsTest {
  private static ApiException expired() {
    return AuthError.forbidden(AuthCode.OTP_EXPIRED, "Email link is invalid or has expired");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://a.example.org | https://a.example.org?code=x%2By",
        "https://a.example.org/ | https://a.example.org/?code=x%2By",
        "https://a.example.org/?a=1 | https://a.example.org/?a=1&code=x%2By",
        "https://a.example.org/?a=1&code=old | https://a.example.org/?a=1&code=x%2By",
        "https://a.example.org/?code=old&b=2 | https://a.example.org/?b=2&code=x%2By",
        "https://a.example.org/?code | https://a.example.org/?code=x%2By",
        "https://a.example.org/?codes=1 | https://a.example.org/?codes=1&code=x%2By",
        "https://a.example.org/? | https://a.example.org/?code=x%2By",
        "https://a.example.org/?&&a=1& | https://a.example.org/?a=1&code=x%2By",
        "https://a.example.org/?a=b?c | https://a.example.org/?a=b?c&code=x%2By",
        "https://a.example.org/#/route | https://a.example.org/?code=x%2By#/route",
        "https://a.example.org/?a=1#/route?b=2 | https://a.example.org/?a=1&code=x%2By#/route?b=2",
        "app://back | app://back?code=x%2By"
      })
  void aCodeStandsInTheQueryAndTheRouteStays(String target, String location) {
    assertThat(location(Redirects.code(target, "x+y"))).isEqualTo(location);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://a.example.org | false | https://a.example.org#message=a+b%26c&sb=",
        "https://a.example.org | true"
            + " | https://a.example.org?message=a+b%26c#message=a+b%26c&sb=",
        "https://a.example.org/x#old | false | https://a.example.org/x#message=a+b%26c&sb=",
        "https://a.example.org/?message=1&b=2#old | true"
            + " | https://a.example.org/?b=2&message=a+b%26c#message=a+b%26c&sb=",
        "https://a.example.org/?message=1&b=2 | false"
            + " | https://a.example.org/?message=1&b=2#message=a+b%26c&sb="
      })
  void aMessageStandsBehindTheHashAndForPkceInTheQueryToo(
      String target, boolean inQuery, String location) {
    assertThat(location(Redirects.message(target, "a b&c", inQuery))).isEqualTo(location);
  }

  @Test
  void anErrorIsToldInTheWordsOfOAuth() {
    assertThat(location(Redirects.error("https://a.example.org/", expired(), false)))
        .isEqualTo(
            "https://a.example.org/#error=access_denied&error_code=otp_expired"
                + "&error_description=Email+link+is+invalid+or+has+expired&sb=");
    assertThat(location(Redirects.error("https://a.example.org/?error=old&x=1", expired(), true)))
        .isEqualTo(
            "https://a.example.org/?x=1&error=access_denied&error_code=otp_expired"
                + "&error_description=Email+link+is+invalid+or+has+expired"
                + "#error=access_denied&error_code=otp_expired"
                + "&error_description=Email+link+is+invalid+or+has+expired&sb=");
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request",
    "401, unauthorized_client",
    "403, access_denied",
    "404, invalid_request",
    "422, invalid_request",
    "429, invalid_request",
    "500, server_error",
    "503, temporarily_unavailable"
  })
  void eachStatusHasAnErrorOfOAuth(int status, String error) {
    assertThat(Redirects.describe(AuthError.refuse(status, AuthCode.VALIDATION_FAILED, "x")))
        .containsExactlyEntriesOf(
            map("error", error, "error_code", "validation_failed", "error_description", "x"));
  }

  @Test
  void anErrorOfOAuthHasNoCode() {
    assertThat(Redirects.describe(new ApiException(new AuthError.OAuth("invalid_scope", "none"))))
        .containsExactlyEntriesOf(map("error", "invalid_scope", "error_description", "none"));
  }

  /// What went wrong inside is nothing for the address of a page.
  @Test
  void anyOtherErrorSaysNothingOfItself() {
    assertThat(
            Redirects.describe(
                new ApiException(
                    new Failure.Database("42P01", "relation secret", null, null, null))))
        .containsExactlyEntriesOf(
            map(
                "error",
                "server_error",
                "error_code",
                "unexpected_failure",
                "error_description",
                "Unexpected failure"));
  }

  @Test
  void noAnswerIsKeptByACache() {
    for (var answer :
        new HttpResponse<?>[] {
          Redirects.code("https://a.example.org", "x"),
          Redirects.message("https://a.example.org", "x", true),
          Redirects.error("https://a.example.org", expired(), false)
        }) {
      assertThat(answer.code()).isEqualTo(303);
      assertThat(answer.getHeaders().get("Cache-Control")).isEqualTo("no-store");
    }
  }

  @Test
  void lineBreaksInAMessageCannotEndTheHeader() {
    assertThat(location(Redirects.message("https://a.example.org", "a\r\nSet-Cookie: x=1", true)))
        .isEqualTo(
            "https://a.example.org?message=a%0D%0ASet-Cookie%3A+x%3D1"
                + "#message=a%0D%0ASet-Cookie%3A+x%3D1&sb=");
  }

  private static Map<String, String> map(String... pairs) {
    var map = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  private static @Nullable String location(HttpResponse<?> answer) {
    return answer.getHeaders().get("Location");
  }
}
