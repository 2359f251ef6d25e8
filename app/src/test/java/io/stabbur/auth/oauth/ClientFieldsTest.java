package io.stabbur.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a program may say of itself. Pages show its name, its address and its picture to people who
/// are asked for consent.
class ClientFieldsTest {
  private static final String BACK = "https://app.example.org/back";

  @Test
  void oneToTenRedirectsMayBeRegistered() {
    for (int count : new int[] {1, 2, 10}) {
      assertThatCode(
              () -> ClientFields.requireRedirectUris(Collections.nCopies(count, BACK), "none"))
          .as("%d", count)
          .doesNotThrowAnyException();
    }
    refused(
        () -> ClientFields.requireRedirectUris(Collections.nCopies(11, BACK), "none"),
        "redirect_uris cannot exceed 10 items");
    refused(() -> ClientFields.requireRedirectUris(List.of(), "none"), "none");
  }

  @Test
  void theFirstWrongRedirectIsNamed() {
    refused(
        () ->
            ClientFields.requireRedirectUris(
                List.of(BACK, "http://a.example.org", "javascript://x"), "none"),
        "invalid redirect_uri 'http://a.example.org': HTTP scheme only allowed for localhost");
  }

  @Test
  void theGrantTypesAreThoseOfThisServer() {
    assertThatCode(
            () ->
                ClientFields.requireGrantTypes(
                    List.of(
                        "authorization_code",
                        "refresh_token",
                        "urn:ietf:params:oauth:grant-type:device_code")))
        .doesNotThrowAnyException();
    refused(() -> ClientFields.requireGrantTypes(List.of()), "grant_types cannot be empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "client_credentials",
        "implicit",
        "",
        "AUTHORIZATION_CODE",
        "device_code"
      })
  void noOtherGrantTypeIs(String type) {
    refused(
        () -> ClientFields.requireGrantTypes(List.of("refresh_token", type)),
        "grant_types must only contain 'authorization_code', 'refresh_token' and/or"
            + " 'urn:ietf:params:oauth:grant-type:device_code'");
  }

  @Test
  void aNameIsBounded() {
    assertThat(ClientFields.name("x".repeat(1024))).hasSize(1024);
    refused(() -> ClientFields.name("x".repeat(1025)), "client_name cannot exceed 1024 characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://app.example.org",
        "http://app.example.org/logo.png?x=1#y",
        "https://app.example.org:8443/",
        "https://[::1]/",
        "HTTPS://app.example.org/",
        "Http://app.example.org/"
      })
  void anAddressIsOneOfTheWeb(String address) {
    assertThat(ClientFields.address("logo_uri", address)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "app.example.org",
        "/logo.png",
        "//app.example.org/logo.png",
        "ftp://app.example.org/",
        "javascript:alert(1)",
        "javascript://app.example.org/%0aalert(1)",
        "data:image/png;base64,AAAA",
        "https:///logo.png",
        "https:logo.png",
        "https://app.example.org/a b",
        "https://app.example.org/\"onerror=alert(1)",
        "https://exa mple.org",
        "https://[::1"
      })
  void noOtherAddressIs(String address) {
    refused(() -> ClientFields.address("logo_uri", address), "logo_uri must be a valid URL");
  }

  @Test
  void anAddressIsBounded() {
    var start = "https://app.example.org/";

    assertThat(ClientFields.address("client_uri", start + "x".repeat(2048 - start.length())))
        .hasSize(2048);
    refused(
        () -> ClientFields.address("client_uri", start + "x".repeat(2049 - start.length())),
        "client_uri cannot exceed 2048 characters");
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(call)
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(new AuthError.Refused(400, AuthCode.VALIDATION_FAILED, message)));
  }
}
