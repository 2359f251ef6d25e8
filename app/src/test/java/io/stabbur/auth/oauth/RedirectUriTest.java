package io.stabbur.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectUriTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.org",
        "https://app.example.org/callback?x=1",
        "https://app.example.org:8443/callback",
        "http://localhost:3000/callback",
        "http://127.0.0.1/callback",
        "http://[::1]:9000/",
        "com.example.app://callback",
        "myapp://a/b"
      })
  void theseMayBeRegistered(String uri) {
    assertThat(RedirectUri.fault(uri)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | redirect URI cannot be empty",
        "/callback | must have scheme and host",
        "//app.example.org | must have scheme and host",
        "https:/callback | must have scheme and host",
        "javascript:alert(1) | must have scheme and host",
        "javascript://x/%0aalert(1) | scheme 'javascript' is not allowed for security reasons",
        "JavaScript://x/ | scheme 'javascript' is not allowed for security reasons",
        "data://x/ | scheme 'data' is not allowed for security reasons",
        "file://x/etc/passwd | scheme 'file' is not allowed for security reasons",
        "https://user@app.example.org/ | user not allowed in redirect URI",
        "http://app.example.org/ | HTTP scheme only allowed for localhost",
        "http://localhost.example.org/ | HTTP scheme only allowed for localhost",
        "http://127.0.0.2/ | HTTP scheme only allowed for localhost",
        "https://app.example.org/#x | fragment not allowed in redirect URI",
        "https://a.example.org,https://b.example.org | comma not allowed in redirect URI",
        "https://app.example.org/a b | invalid URL format",
        "https://[::1 | invalid URL format"
      })
  void theseMayNot(String uri, String fault) {
    assertThat(RedirectUri.fault(uri)).contains(fault);
  }

  @Test
  void theLengthIsBounded() {
    var start = "https://app.example.org/";

    assertThat(RedirectUri.fault(start + "x".repeat(2048 - start.length()))).isEmpty();
    assertThat(RedirectUri.fault(start + "x".repeat(2049 - start.length())))
        .contains("redirect URI cannot exceed 2048 characters");
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example.org/x, https://a.example.org/x",
    "http://127.0.0.1/x, http://127.0.0.1/x",
    "http://127.0.0.1/x, http://127.0.0.1:5000/x",
    "http://127.0.0.1:1/x, http://127.0.0.1:5000/x",
    "http://127.0.0.1:1/x, http://127.0.0.1/x",
    "http://[::1]:1/x?y=z, http://[::1]:2/x?y=z",
    "http://127.0.0.1, http://127.0.0.1:9"
  })
  void onlyThePortOfALoopbackAddressIsFree(String registered, String asked) {
    assertThat(RedirectUri.matches(registered, asked)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example.org/x, https://a.example.org/x/",
    "https://a.example.org/x, https://A.example.org/x",
    "https://a.example.org/x, https://a.example.org:444/x",
    "https://a.example.org/x, https://a.example.org/x?y",
    "https://127.0.0.1/x, https://127.0.0.1:5000/x",
    "http://127.0.0.1/x, http://127.0.0.1:5000/y",
    "http://127.0.0.1/x, http://127.0.0.1:5000",
    "http://127.0.0.1/x, http://[::1]:5000/x",
    "http://127.0.0.1/x, http://127.0.0.1.example.org/x",
    "http://127.0.0.1/x, http://127.0.0.1:5000@example.org/x",
    "http://127.0.0.1/x, http://127.0.0.1:123456/x",
    "http://localhost:1/x, http://localhost:2/x"
  })
  void allElseIsComparedLetterByLetter(String registered, String asked) {
    assertThat(RedirectUri.matches(registered, asked)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example.org, true",
    "HTTPS://a.example.org, true",
    "http://127.0.0.1, false",
    "myapp://x, false",
    "https, false"
  })
  void pagesAreShownByTheBrowser(String uri, boolean isPage) {
    assertThat(RedirectUri.isPage(uri)).isEqualTo(isPage);
  }
}
