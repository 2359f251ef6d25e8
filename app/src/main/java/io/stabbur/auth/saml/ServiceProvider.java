package io.stabbur.auth.saml;

import io.stabbur.project.Project;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/// Us, as identity providers see us: our name, our addresses, our key.
record ServiceProvider(String entityId, String consumer, ServiceKey key, String certificate) {
  private static final String RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

  /// @param api the address of the project's API
  static ServiceProvider of(Project project, String api, SamlSettings settings) {
    var base = api + "/sso/saml";
    var key = ServiceKey.of(project, settings);
    var given = settings.entityId();
    return new ServiceProvider(
        given == null ? base + "/metadata" : given.toString(),
        base + "/acs",
        key,
        key.certificate(String.valueOf(project.publicUrl().getHost())));
  }

  /// What an identity provider imports (SAML metadata 2.0, section 2.4.4).
  String metadata() {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s">
      <SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
        <KeyDescriptor use="signing">%s</KeyDescriptor>
        <KeyDescriptor use="encryption">%s</KeyDescriptor>
        <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</NameIDFormat>
        <NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</NameIDFormat>
        <AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="%s" index="1" isDefault="true"/>
      </SPSSODescriptor>
    </EntityDescriptor>
    """
        .formatted(Xml.escape(entityId), keyInfo(), keyInfo(), Xml.escape(consumer));
  }

  private String keyInfo() {
    return "<KeyInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data><X509Certificate>"
        + certificate
        + "</X509Certificate></X509Data></KeyInfo>";
  }

  /// Where the browser goes to sign in (bindings 3.4, HTTP-Redirect, signed).
  String request(IdentityProvider provider, String id, String relayState, Instant now) {
    var query =
        "SAMLRequest="
            + encode(deflated(authnRequest(provider, id, now)))
            + "&RelayState="
            + encode(relayState)
            + "&SigAlg="
            + encode(RSA_SHA256);
    var signature = key.sign(query.getBytes(StandardCharsets.US_ASCII));
    var location = provider.signOn();
    return location
        + (location.contains("?") ? "&" : "?")
        + query
        + "&Signature="
        + encode(Base64.getEncoder().encodeToString(signature));
  }

  private String authnRequest(IdentityProvider provider, String id, Instant now) {
    return """
    <samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="%s" Version="2.0" IssueInstant="%s" Destination="%s" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" AssertionConsumerServiceURL="%s"><saml:Issuer>%s</saml:Issuer>%s</samlp:AuthnRequest>\
    """
        .formatted(
            id,
            now.truncatedTo(ChronoUnit.SECONDS),
            Xml.escape(provider.signOn()),
            Xml.escape(consumer),
            Xml.escape(entityId),
            policy(provider.nameIdFormat()));
  }

  private static String policy(@Nullable String format) {
    return "<samlp:NameIDPolicy"
        + (format == null ? "" : " Format=\"" + Xml.escape(format) + "\"")
        + " AllowCreate=\"true\"/>";
  }

  private static String deflated(String xml) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bytes, new Deflater(Deflater.BEST_COMPRESSION, true))) {
      out.write(xml.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
