package io.stabbur.auth.saml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import java.io.ByteArrayInputStream;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read of the metadata of an identity provider, and what is refused.
class IdpMetadataTest {
  private static final String FIRST =
      "MIIBNDCB26ADAgECAghLN+BWYU/a3zAKBggqhkjOPQQDAjAOMQwwCgYDVQQDEwNpZHAwIBcNMjYxMjAxMTMyMDExWhgP"
          + "MjEyNjExMDcxMzIwMTFaMA4xDDAKBgNVBAMTA2lkcDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFFAqvYftr1e"
          + "Uvwr9GpvYwqIs7/ZUiYIIQagbzET5vtFEDKwuBxvo+ugVuU/C2EUQ/yLEHzR34ZstfGx4zoZjlSjITAfMB0GA1Ud"
          + "DgQWBBSQl6rbsH5C5Pvlp66r7YuUTGNdHzAKBggqhkjOPQQDAgNIADBFAiAB1YuXG0rAsnY7kvzkACnivXdgdLsI"
          + "ieXPep7Qp9zzTAIhAKKhaNQIQ5DtfSNqNO8Gdy/AiJvTqiDf5vLc8MjXqnHx";
  private static final String SECOND =
      "MIIBNzCB3aADAgECAggwIYUUezZyNTAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDEwRuZXh0MCAXDTI2MTIwMTEzMjAxMloY"
          + "DzIxMjYxMTA3MTMyMDEyWjAPMQ0wCwYDVQQDEwRuZXh0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhb9cN116"
          + "3IfI75ShCSvcpmvDYhomciTcMSqe0pcVyr5pZ0QV+V49sOg0JODy19Y6AC2vWHIXWDsi9eQzQRHQqKMhMB8wHQYD"
          + "VR0OBBYEFA2G61UiyoHMht46XymDTBqZf6AaMAoGCCqGSM49BAMCA0kAMEYCIQCKZdW5YJzNh7YETf7Cz61NMS3H"
          + "tZ14MqDshRJ+ThqeWwIhAKUN6KonSyzpE1rsgbhv/FAZs3Qn/2zEbi9Mv1Z27RCq";
  private static final String REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
  private static final String POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
  private static final String LOGIN = "https://idp.example.org/sso";

  private static String key(String use, String certificate) {
    return "<md:KeyDescriptor%s><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        .formatted(use.isEmpty() ? "" : " use=\"" + use + "\"", certificate);
  }

  private static String service(String binding, String location) {
    return "<md:SingleSignOnService Binding=\"%s\" Location=\"%s\"/>".formatted(binding, location);
  }

  private static String entity(String id, String role) {
    return "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"%s\">%s</md:EntityDescriptor>"
        .formatted(id, role);
  }

  private static String provider(String... parts) {
    return entity(
        "https://idp.example.org",
        "<md:IDPSSODescriptor>" + String.join("", parts) + "</md:IDPSSODescriptor>");
  }

  private static PublicKey publicKey(String certificate) throws CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(certificate)))
        .getPublicKey();
  }

  private static void refused(String xml, String why) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> IdpMetadata.parse(xml))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(
                        new AuthError.Refused(
                            400,
                            AuthCode.VALIDATION_FAILED,
                            "The SAML metadata cannot be used: " + why)));
  }

  @Test
  void aProviderHasItsNameItsAddressAndItsKeys() throws CertificateException {
    var metadata =
        IdpMetadata.parse(
            provider(
                key("signing", FIRST),
                key("", SECOND),
                service(POST, "https://idp.example.org/post"),
                service(REDIRECT, LOGIN)));

    assertThat(metadata.entityId()).isEqualTo("https://idp.example.org");
    assertThat(metadata.signOn()).isEqualTo(LOGIN);
    assertThat(metadata.keys()).containsExactly(publicKey(FIRST), publicKey(SECOND));
  }

  /// Whoever can read what is encrypted for the provider cannot sign for it.
  @Test
  void aKeyForEncryptionSignsNothing() throws CertificateException {
    var metadata =
        IdpMetadata.parse(
            provider(key("encryption", FIRST), key("signing", SECOND), service(REDIRECT, LOGIN)));

    assertThat(metadata.keys()).containsExactly(publicKey(SECOND));
    refused(
        provider(key("encryption", FIRST), service(REDIRECT, LOGIN)), "it has no key that signs");
  }

  @Test
  void aCertificateMayHaveLineBreaks() throws CertificateException {
    var lines = "\n  " + FIRST.replaceAll("(.{64})", "$1\n  ") + "\n";

    assertThat(IdpMetadata.parse(provider(key("signing", lines), service(REDIRECT, LOGIN))).keys())
        .containsExactly(publicKey(FIRST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "MIIB", "AAAA", "!!!!"})
  void aCertificateThatIsNoneIsRefused(String certificate) {
    refused(
        provider(key("signing", FIRST), key("signing", certificate), service(REDIRECT, LOGIN)),
        "one of its certificates cannot be read");
  }

  @Test
  void theFirstAddressForRedirectsCounts() {
    assertThat(
            IdpMetadata.parse(
                    provider(
                        key("signing", FIRST),
                        service(REDIRECT, LOGIN),
                        service(REDIRECT, "https://other.example.org/")))
                .signOn())
        .isEqualTo(LOGIN);
  }

  @ParameterizedTest
  @CsvSource({
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST, https://idp.example.org/sso",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect, javascript:alert(1)",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect, /sso",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect, https://idp example.org",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect, ''",
    "'', https://idp.example.org/sso"
  })
  void withoutAnAddressOfTheWebForRedirectsItIsRefused(String binding, String location) {
    refused(
        provider(key("signing", FIRST), service(binding, location)),
        "it has no SingleSignOnService for HTTP-Redirect");
  }

  @Test
  void oneOfSeveralEntitiesMayBeTheProvider() {
    var both =
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">"
            + entity("https://app.example.org", "<md:SPSSODescriptor/>")
            + provider(key("signing", FIRST), service(REDIRECT, LOGIN))
            + "</md:EntitiesDescriptor>";

    assertThat(IdpMetadata.parse(both).entityId()).isEqualTo("https://idp.example.org");
  }

  @Test
  void whatIsNoProviderIsRefused() {
    refused(
        entity("https://app.example.org", "<md:SPSSODescriptor/>"),
        "it describes no identity provider");
    refused(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"/>",
        "it has no EntityDescriptor");
    refused("<EntityDescriptor/>", "it has no EntityDescriptor");
    refused("<html/>", "it has no EntityDescriptor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void aProviderHasAName(String name) {
    refused(
        entity(
            name,
            "<md:IDPSSODescriptor>"
                + key("signing", FIRST)
                + service(REDIRECT, LOGIN)
                + "</md:IDPSSODescriptor>"),
        "it has no entityID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "<a>",
        "<a/><b/>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<a>&unknown;</a>"
      })
  void whatIsNoPlainXmlIsRefused(String text) {
    refused(text, "it is not acceptable XML");
  }
}
