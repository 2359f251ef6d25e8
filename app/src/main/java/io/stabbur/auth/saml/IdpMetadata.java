package io.stabbur.auth.saml;

import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/// What an identity provider publishes about itself (SAML metadata 2.0, section 2.4.3): its name,
/// where it is asked by a redirect, and the keys it signs with.
record IdpMetadata(String entityId, String signOn, List<PublicKey> keys) {
  private static final String REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

  static IdpMetadata parse(String xml) {
    var root =
        Xml.parse(xml)
            .map(Document::getDocumentElement)
            .orElseThrow(() -> refused("it is not acceptable XML"));
    var entity = entity(root);
    var role =
        Xml.child(entity, Xml.METADATA, "IDPSSODescriptor")
            .orElseThrow(() -> refused("it describes no identity provider"));
    var entityId = entity.getAttribute("entityID");
    if (entityId.isBlank()) {
      throw refused("it has no entityID");
    }
    var keys = keys(role);
    if (keys.isEmpty()) {
      throw refused("it has no key that signs");
    }
    return new IdpMetadata(entityId, signOn(role), keys);
  }

  private static Element entity(Element root) {
    if (Xml.is(root, Xml.METADATA, "EntityDescriptor")) {
      return root;
    }
    return Xml.children(root, Xml.METADATA, "EntityDescriptor").stream()
        .filter(entity -> Xml.child(entity, Xml.METADATA, "IDPSSODescriptor").isPresent())
        .findFirst()
        .orElseThrow(() -> refused("it has no EntityDescriptor"));
  }

  private static String signOn(Element role) {
    return Xml.children(role, Xml.METADATA, "SingleSignOnService").stream()
        .filter(service -> service.getAttribute("Binding").equals(REDIRECT))
        .map(service -> service.getAttribute("Location"))
        .filter(IdpMetadata::isWeb)
        .findFirst()
        .orElseThrow(() -> refused("it has no SingleSignOnService for HTTP-Redirect"));
  }

  private static boolean isWeb(String location) {
    try {
      var scheme = URI.create(location).getScheme();
      return "https".equals(scheme) || "http".equals(scheme);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static List<PublicKey> keys(Element role) {
    var keys = new ArrayList<PublicKey>();
    for (var descriptor : Xml.children(role, Xml.METADATA, "KeyDescriptor")) {
      var use = descriptor.getAttribute("use");
      if (use.isEmpty() || use.equals("signing")) {
        var certificates = descriptor.getElementsByTagNameNS(Xml.SIGNATURE, "X509Certificate");
        for (int i = 0; i < certificates.getLength(); i++) {
          keys.add(key(certificates.item(i).getTextContent()));
        }
      }
    }
    return keys;
  }

  private static PublicKey key(String base64) {
    try {
      var bytes = Base64.getMimeDecoder().decode(base64);
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(bytes))
          .getPublicKey();
    } catch (CertificateException | IllegalArgumentException _) {
      throw refused("one of its certificates cannot be read");
    }
  }

  private static ApiException refused(String why) {
    return AuthError.invalid("The SAML metadata cannot be used: " + why);
  }
}
