package io.stabbur.auth.saml;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.exceptions.XMLSecurityException;
import org.apache.xml.security.utils.EncryptionConstants;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/// Decides what is believed of a SAML response (profiles 4.1.4.2 and 4.1.4.3): signed by the
/// provider, about us, for this request, now. Everything it answers with comes from signed content.
///
/// @param requestId the request the response must answer; null for a sign-in the provider began
record ResponseCheck(
    ServiceProvider us, IdentityProvider provider, @Nullable String requestId, Instant now) {
  private static final Duration SKEW = Duration.ofMinutes(2);
  private static final String SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success";

  /// OAEP only: the older padding lets who sends enough tries read what was encrypted.
  private static final Set<String> TRANSPORTS =
      Set.of(
          "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
          "http://www.w3.org/2009/xmlenc11#rsa-oaep");

  private static final String BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

  /// The one assertion of a response, or a refusal.
  Assertion check(Document document) {
    var response = document.getDocumentElement();
    if (!Xml.is(response, Xml.PROTOCOL, "Response")) {
      throw refused("it is no response");
    }
    var signed = SignedContent.of(response, provider.keys()).map(Document::getDocumentElement);
    var envelope = signed.orElse(response);
    checkEnvelope(envelope);
    var assertion = assertion(envelope, signed.isPresent());
    checkConditions(assertion);
    return Assertion.read(assertion, confirmation(assertion));
  }

  /// What the envelope says counts for nothing by itself; that it contradicts us is reason enough
  /// to refuse.
  private void checkEnvelope(Element response) {
    var destination = response.getAttribute("Destination");
    if (!destination.isEmpty() && !destination.equals(us.consumer())) {
      throw refused("it is meant for another destination");
    }
    var status =
        Xml.child(response, Xml.PROTOCOL, "Status")
            .flatMap(element -> Xml.child(element, Xml.PROTOCOL, "StatusCode"))
            .map(code -> code.getAttribute("Value"))
            .orElse("");
    if (!status.equals(SUCCESS)) {
      throw refused("the identity provider did not sign anybody in");
    }
    checkRequest(response.getAttribute("InResponseTo"));
    Xml.child(response, Xml.ASSERTION, "Issuer").ifPresent(this::checkIssuer);
  }

  private Element assertion(Element response, boolean responseSigned) {
    var open = Xml.children(response, Xml.ASSERTION, "Assertion");
    var sealed = Xml.children(response, Xml.ASSERTION, "EncryptedAssertion");
    if (open.size() + sealed.size() != 1) {
      throw refused("it must have exactly one assertion");
    }
    var assertion = open.isEmpty() ? opened(sealed.getFirst()) : open.getFirst();
    // an assertion's own signature is looked at even inside a signed response
    boolean ownSignature = Xml.child(assertion, Xml.SIGNATURE, "Signature").isPresent();
    if (!ownSignature && responseSigned) {
      return assertion;
    }
    return SignedContent.of(assertion, provider.keys())
        .map(Document::getDocumentElement)
        .filter(element -> Xml.is(element, Xml.ASSERTION, "Assertion"))
        .orElseThrow(
            () ->
                open.isEmpty() ? unopened() : refused("it is not signed by the identity provider"));
  }

  /// Whatever is wrong with an encrypted assertion, the answer is the same: telling more would tell
  /// a stranger, try by try, what is in it.
  private Element opened(Element sealed) {
    try {
      var document = Xml.parse(XmlText.of(sealed)).orElseThrow(ResponseCheck::unopened);
      var method =
          document
              .getElementsByTagNameNS(EncryptionConstants.EncryptionSpecNS, "EncryptedKey")
              .item(0);
      if (!(method instanceof Element key) || !TRANSPORTS.contains(transport(key))) {
        throw unopened();
      }
      var cipher = XMLCipher.getInstance();
      cipher.setSecureValidation(true);
      cipher.init(XMLCipher.DECRYPT_MODE, null);
      cipher.setKEK(us.key().secret());
      var data =
          document
              .getElementsByTagNameNS(EncryptionConstants.EncryptionSpecNS, "EncryptedData")
              .item(0);
      if (!(data instanceof Element element)) {
        throw unopened();
      }
      return Xml.parse(XmlText.of(decrypted(cipher, document, element)))
          .map(Document::getDocumentElement)
          .filter(found -> Xml.is(found, Xml.ASSERTION, "Assertion"))
          .orElseThrow(ResponseCheck::unopened);
    } catch (XMLSecurityException _) {
      throw unopened();
    }
  }

  private static String transport(Element key) {
    return Xml.child(key, EncryptionConstants.EncryptionSpecNS, "EncryptionMethod")
        .map(method -> method.getAttribute("Algorithm"))
        .orElse("");
  }

  private static Element decrypted(XMLCipher cipher, Document document, Element data)
      throws XMLSecurityException {
    try {
      var opened = cipher.doFinal(document, data).getDocumentElement();
      return Xml.child(opened, Xml.ASSERTION, "Assertion").orElseThrow(ResponseCheck::unopened);
    } catch (XMLSecurityException | ApiException e) {
      throw e;
    } catch (Exception e) { // what the library declares
      throw unopened();
    }
  }

  private static ApiException unopened() {
    return refused("its encrypted assertion is not one of the identity provider");
  }

  private void checkConditions(Element assertion) {
    if (!assertion.getAttribute("Version").equals("2.0")) {
      throw refused("it has another version");
    }
    checkIssuer(
        Xml.child(assertion, Xml.ASSERTION, "Issuer")
            .orElseThrow(() -> refused("its assertion has no issuer")));
    var conditions =
        Xml.child(assertion, Xml.ASSERTION, "Conditions")
            .orElseThrow(() -> refused("its assertion has no conditions"));
    checkTimes(conditions);
    var audiences = Xml.children(conditions, Xml.ASSERTION, "AudienceRestriction");
    boolean ours =
        !audiences.isEmpty()
            && audiences.stream()
                .allMatch(
                    restriction ->
                        Xml.children(restriction, Xml.ASSERTION, "Audience").stream()
                            .anyMatch(audience -> Xml.text(audience).equals(us.entityId())));
    if (!ours) {
      throw refused("it is meant for another audience");
    }
  }

  /// The end of the confirmation that makes the bearer the subject.
  private Instant confirmation(Element assertion) {
    return Xml.child(assertion, Xml.ASSERTION, "Subject").stream()
        .flatMap(subject -> Xml.children(subject, Xml.ASSERTION, "SubjectConfirmation").stream())
        .filter(confirmation -> confirmation.getAttribute("Method").equals(BEARER))
        .flatMap(
            confirmation ->
                Xml.child(confirmation, Xml.ASSERTION, "SubjectConfirmationData").stream())
        .filter(data -> data.getAttribute("Recipient").equals(us.consumer()))
        .filter(data -> !data.hasAttribute("NotBefore"))
        .filter(data -> answers(data.getAttribute("InResponseTo")))
        .flatMap(data -> time(data, "NotOnOrAfter").stream())
        .filter(end -> now.minus(SKEW).isBefore(end))
        .findFirst()
        .orElseThrow(() -> refused("its subject is not confirmed for us, or not any more"));
  }

  private void checkTimes(Element conditions) {
    var from = time(conditions, "NotBefore");
    if (from.isPresent() && now.plus(SKEW).isBefore(from.get())) {
      throw refused("it is not valid yet");
    }
    var end = time(conditions, "NotOnOrAfter");
    if (end.isPresent() && !now.minus(SKEW).isBefore(end.get())) {
      throw refused("it has expired");
    }
  }

  private void checkIssuer(Element issuer) {
    if (!Xml.text(issuer).equals(provider.entityId())) {
      throw AuthError.unprocessable(
          AuthCode.SAML_ENTITY_ID_MISMATCH, "The SAML response is of another identity provider");
    }
  }

  private void checkRequest(String inResponseTo) {
    if (!answers(inResponseTo)) {
      throw refused("it answers another request");
    }
  }

  private boolean answers(String inResponseTo) {
    return requestId == null ? inResponseTo.isEmpty() : inResponseTo.equals(requestId);
  }

  static Optional<Instant> time(Element element, String name) {
    var text = element.getAttribute(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(java.time.OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException _) {
      throw refused("a time in it cannot be read");
    }
  }

  static ApiException refused(String why) {
    return AuthError.badRequest(
        AuthCode.VALIDATION_FAILED, "The SAML response cannot be accepted: " + why);
  }
}
