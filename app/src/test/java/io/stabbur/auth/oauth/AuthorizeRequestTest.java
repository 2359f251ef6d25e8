package io.stabbur.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.convert.ConversionService;
import io.micronaut.http.simple.SimpleHttpParameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong with a request for authorization, told in the words of RFC 6749, 7636 and 8707.
class AuthorizeRequestTest {
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private final Map<String, String> query = new LinkedHashMap<>();

  AuthorizeRequestTest() {
    query.put("client_id", "1");
    query.put("redirect_uri", "https://app.example.org/back");
    query.put("response_type", "code");
    query.put("scope", "openid email");
    query.put("code_challenge", CHALLENGE);
    query.put("code_challenge_method", "S256");
  }

  @Test
  void aUsualRequestHasNoFault() {
    query.put("state", "x");
    query.put("nonce", "y");
    query.put("resource", "https://api.example.org/v1");

    assertThat(request().fault()).isEmpty();
  }

  @Test
  void whatIsLeftOutOrEmptyHasItsDefault() {
    query.put("response_type", "");
    query.remove("scope");

    var request = request();

    assertThat(request.fault()).isEmpty();
    assertThat(request.responseType()).isEqualTo("code");
    assertThat(request.scopes()).isEqualTo(Scopes.of("email profile"));
    assertThat(request.state()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "response_type | token | unsupported_response_type",
        "response_type | CODE | unsupported_response_type",
        "response_type | code id_token | unsupported_response_type",
        "scope | admin | invalid_scope",
        "scope | openid admin | invalid_scope",
        "scope | OPENID | invalid_scope",
        "scope | openid,email | invalid_scope",
        "resource | api | invalid_target",
        "resource | /v1 | invalid_target",
        "resource | //api.example.org | invalid_target",
        "resource | https://api.example.org/?a=1 | invalid_target",
        "resource | https://api.example.org/# | invalid_target",
        "resource | https://api.example.org/a b | invalid_target",
        "code_challenge_method | plain | invalid_request",
        "code_challenge_method | S512 | invalid_request",
        "code_challenge | short | invalid_request",
        "code_challenge | E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c= | invalid_request"
      })
  void aFaultHasTheErrorOfItsStandard(String name, String value, String error) {
    query.put(name, value);

    assertThat(error()).contains(error);
  }

  @Test
  void blanksAreNoScope() {
    query.put("scope", "   ");

    assertThat(request().fault())
        .contains(new OAuthFault("invalid_scope", "scope parameter cannot be empty"));
  }

  @Test
  void anUnsupportedScopeIsNamed() {
    query.put("scope", "openid admin root");

    assertThat(request().fault())
        .contains(new OAuthFault("invalid_scope", "unsupported scope: admin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"code_challenge", "code_challenge_method"})
  void pkceIsNeededAndWhole(String name) {
    query.remove(name);

    assertThat(request().fault())
        .contains(
            new OAuthFault(
                "invalid_request",
                "PKCE flow requires both code_challenge and code_challenge_method"));
  }

  @ParameterizedTest
  @CsvSource({"state, 4096", "nonce, 255"})
  void textsAreBounded(String name, int most) {
    query.put(name, "x".repeat(most));
    assertThat(request().fault()).isEmpty();

    query.put(name, "x".repeat(most + 1));
    assertThat(request().fault())
        .contains(new OAuthFault("invalid_request", "a parameter is too long"));
  }

  @Test
  void aResourceIsBounded() {
    var start = "https://api.example.org/";
    query.put("resource", start + "x".repeat(2048 - start.length()));
    assertThat(request().fault()).isEmpty();

    query.put("resource", start + "x".repeat(2049 - start.length()));
    assertThat(error()).contains("invalid_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.example.org",
        "urn:example:api",
        "app://api",
        "https://å.example.org"
      })
  void aResourceIsAnAbsoluteAddress(String resource) {
    query.put("resource", resource);

    assertThat(request().fault()).isEmpty();
  }

  /// The first fault is told: without a program's way to be told, nothing else matters.
  @Test
  void theResponseTypeIsJudgedFirst() {
    query.put("response_type", "token");
    query.put("scope", "admin");
    query.remove("code_challenge");

    assertThat(error()).contains("unsupported_response_type");
  }

  private Optional<String> error() {
    return request().fault().map(OAuthFault::error);
  }

  private AuthorizeRequest request() {
    var values = new LinkedHashMap<CharSequence, List<String>>();
    query.forEach((name, value) -> values.put(name, List.of(value)));
    return AuthorizeRequest.of(
        new SimpleHttpParameters(values, ConversionService.SHARED), "email profile");
  }
}
