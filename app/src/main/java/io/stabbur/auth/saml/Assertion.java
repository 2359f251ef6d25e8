package io.stabbur.auth.saml;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/// What an identity provider says about somebody, read from signed content.
///
/// @param until until when it could be shown again
/// @param sessionEnd when the provider wants the session to end
record Assertion(
    String id,
    String nameId,
    String nameIdFormat,
    Map<String, List<String>> attributes,
    Instant until,
    @Nullable Instant sessionEnd) {
  private static final String TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
  private static final String EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

  /// Names under which identity providers send an address.
  private static final List<String> EMAIL_NAMES =
      List.of(
          "urn:oid:0.9.2342.19200300.100.1.3",
          "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
          "http://schemas.xmlsoap.org/claims/EmailAddress",
          "mail",
          "Mail",
          "email",
          "Email");

  private static final List<String> SUBJECT_NAMES =
      List.of(
          "urn:oasis:names:tc:SAML:attribute:subject-id",
          "urn:oasis:names:tc:SAML:attribute:pairwise-id");

  static Assertion read(Element assertion, Instant until) {
    var name =
        Xml.child(assertion, Xml.ASSERTION, "Subject")
            .flatMap(subject -> Xml.child(subject, Xml.ASSERTION, "NameID"));
    var end =
        Xml.child(assertion, Xml.ASSERTION, "AuthnStatement")
            .flatMap(statement -> ResponseCheck.time(statement, "SessionNotOnOrAfter"));
    return new Assertion(
        assertion.getAttribute("ID"),
        name.map(Xml::text).orElse(""),
        name.map(element -> element.getAttribute("Format")).orElse(""),
        attributes(assertion),
        until,
        end.orElse(null));
  }

  private static Map<String, List<String>> attributes(Element assertion) {
    var attributes = new LinkedHashMap<String, List<String>>();
    for (var statement : Xml.children(assertion, Xml.ASSERTION, "AttributeStatement")) {
      for (var attribute : Xml.children(statement, Xml.ASSERTION, "Attribute")) {
        var values =
            Xml.children(attribute, Xml.ASSERTION, "AttributeValue").stream()
                .map(Xml::text)
                .toList();
        for (var name :
            List.of(attribute.getAttribute("Name"), attribute.getAttribute("FriendlyName"))) {
          if (!name.isEmpty()) {
            attributes.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(values);
          }
        }
      }
    }
    return attributes;
  }

  Optional<String> first(List<String> names) {
    return names.stream()
        .flatMap(name -> attributes.getOrDefault(name, List.of()).stream())
        .filter(value -> !value.isBlank())
        .findFirst();
  }

  /// The provider's lasting name of the person.
  String subject() {
    return first(SUBJECT_NAMES)
        .or(
            () ->
                Optional.of(nameId)
                    .filter(name -> !name.isBlank() && !nameIdFormat.equals(TRANSIENT)))
        .orElseThrow(
            () ->
                AuthError.badRequest(
                    AuthCode.SAML_ASSERTION_NO_USER_ID,
                    "SAML Assertion did not contain a persistent Subject Identifier attribute or"
                        + " Subject NameID uniquely identifying this user"));
  }

  String email(JsonNode mapped) {
    var given = mapped.get("email");
    var email =
        given != null && given.isString()
            ? Optional.of(given.getStringValue())
            : first(EMAIL_NAMES)
                .or(() -> Optional.of(nameId).filter(_ -> nameIdFormat.equals(EMAIL)));
    return email
        .filter(address -> address.indexOf('@') > 0)
        .orElseThrow(
            () ->
                AuthError.badRequest(
                    AuthCode.SAML_ASSERTION_NO_EMAIL,
                    "SAML Assertion does not contain an email address"));
  }
}
