package io.stabbur.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.xml.datatype.DatatypeConfigurationException;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.jspecify.annotations.Nullable;
import org.keycloak.dom.saml.v2.assertion.AttributeStatementType;
import org.keycloak.dom.saml.v2.assertion.AttributeStatementType.ASTChoiceType;
import org.keycloak.dom.saml.v2.assertion.AttributeType;
import org.keycloak.dom.saml.v2.protocol.AuthnRequestType;
import org.keycloak.saml.BaseSAML2BindingBuilder;
import org.keycloak.saml.SAML2LoginResponseBuilder;
import org.keycloak.saml.SAMLRequestParser;
import org.keycloak.saml.SignatureAlgorithm;
import org.w3c.dom.Document;

/// A SAML identity provider on a port of its own, made of Keycloak's library: it publishes its
/// metadata, takes requests by redirect, and answers with the page that a browser would post.
public final class SamlIdentityProvider implements AutoCloseable {
  private static final String BC_NAME = "CN=idp";
  private final HttpServer http;
  private final KeyPair keys = newKeys();
  private volatile String consumer = "";
  private volatile String audience = "";
  private volatile @Nullable PublicKey clientKey;

  /// What a response says; a test changes what it wants to see refused.
  static final class Answer {
    String nameId = "kari@bedrift.example";
    String nameIdFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    String email = "kari@bedrift.example";
    String issuer;
    String audience;
    String consumer;
    @Nullable String request;
    Duration conditionsEnd = Duration.ofMinutes(5);
    Duration conditionsBegin = Duration.ofMinutes(-1);
    Duration confirmationEnd = Duration.ofMinutes(5);
    boolean signAssertion = true;
    boolean signDocument;
    SignatureAlgorithm algorithm = SignatureAlgorithm.RSA_SHA256;
    KeyPair keys;
    @Nullable PublicKey encryptFor;

    Answer(String issuer, String audience, String consumer, KeyPair keys) {
      this.issuer = issuer;
      this.audience = audience;
      this.consumer = consumer;
      this.keys = keys;
    }
  }

  SamlIdentityProvider() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/metadata", exchange -> answer(exchange, "text/xml", metadata()));
    http.createContext("/sign-on", this::signOn);
    http.start();
  }

  /// Tells the provider who may ask, as an administrator does there.
  void register(String audience, String consumer, PublicKey clientKey) {
    this.audience = audience;
    this.consumer = consumer;
    this.clientKey = clientKey;
  }

  String entityId() {
    return url() + "/metadata";
  }

  private String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  String metadata() {
    return """
        <?xml version="1.0"?>
        <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s">
          <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
            <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
            <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%s/sign-on"/>
          </md:IDPSSODescriptor>
        </md:EntityDescriptor>
        """
        .formatted(entityId(), certificate(keys), url());
  }

  /// A response as a browser would carry it, in base64.
  String response(Consumer<Answer> changes) {
    return encoded(document(changes));
  }

  Document document(Consumer<Answer> changes) {
    var answer = new Answer(entityId(), audience, consumer, keys);
    changes.accept(answer);
    try {
      var model =
          new SAML2LoginResponseBuilder()
              .issuer(answer.issuer)
              .destination(answer.consumer)
              .requestIssuer(answer.audience)
              .requestID(answer.request)
              .assertionExpiration(300)
              .subjectExpiration(300)
              .sessionExpiration(3600)
              .sessionIndex("session")
              .authMethod("urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified")
              .nameIdentifier(answer.nameIdFormat, answer.nameId);
      var built = model.buildModel();
      var statement = new AttributeStatementType();
      attribute(statement, "mail", answer.email);
      attribute(statement, "department", "Regnskap");
      var assertion = built.getAssertions().getFirst().getAssertion();
      assertion.addStatement(statement);
      assertion.getConditions().setNotBefore(in(answer.conditionsBegin));
      assertion.getConditions().setNotOnOrAfter(in(answer.conditionsEnd));
      assertion
          .getSubject()
          .getConfirmation()
          .getFirst()
          .getSubjectConfirmationData()
          .setNotOnOrAfter(in(answer.confirmationEnd));
      var document = model.buildDocument(built);
      var binding = new BaseSAML2BindingBuilder<>();
      binding.signatureAlgorithm(answer.algorithm);
      binding.signWith("key", answer.keys);
      if (answer.signAssertion) {
        binding.signAssertion(document);
      }
      if (answer.encryptFor != null) {
        binding.encrypt(answer.encryptFor);
        binding.encryptDocument(document);
      }
      if (answer.signDocument) {
        binding.signDocument(document);
      }
      return document;
    } catch (Exception e) { // whatever the library declares
      throw new AssertionError(e);
    }
  }

  private static XMLGregorianCalendar in(Duration time) throws DatatypeConfigurationException {
    return DatatypeFactory.newInstance()
        .newXMLGregorianCalendar(Instant.now().plus(time).toString());
  }

  static String encoded(Document document) {
    try {
      return BaseSAML2BindingBuilder.getSAMLResponse(document);
    } catch (Exception e) { // whatever the library declares
      throw new AssertionError(e);
    }
  }

  private static void attribute(AttributeStatementType statement, String name, String value) {
    var attribute = new AttributeType(name);
    attribute.addAttributeValue(value);
    statement.addAttribute(new ASTChoiceType(attribute));
  }

  /// Checks who asks and signs the person in without further questions.
  private void signOn(HttpExchange exchange) throws IOException {
    var query = exchange.getRequestURI().getRawQuery();
    var parameters = parameters(query);
    if (!isSigned(query, parameters)) {
      answer(exchange, "text/plain", "the request is not signed by the one who is registered");
      return;
    }
    var request = request(parameters);
    var page =
        page(
            response(answer -> answer.request = request.getID()),
            parameters.getOrDefault("RelayState", ""));
    answer(exchange, "text/html", page);
  }

  private static AuthnRequestType request(Map<String, String> parameters) {
    return (AuthnRequestType)
        SAMLRequestParser.parseRequestRedirectBinding(parameters.get("SAMLRequest"))
            .getSamlObject();
  }

  private boolean isSigned(String query, Map<String, String> parameters) {
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(clientKey);
      signature.update(
          query.substring(0, query.indexOf("&Signature=")).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(Base64.getDecoder().decode(parameters.get("Signature")));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private String page(String response, String relayState) {
    return """
        <html><body onload="document.forms[0].submit()"><form method="post" action="%s">
        <input type="hidden" name="SAMLResponse" value="%s"/>
        <input type="hidden" name="RelayState" value="%s"/></form></body></html>
        """
        .formatted(consumer, response, relayState);
  }

  private static Map<String, String> parameters(String query) {
    var values = new HashMap<String, String>();
    for (var pair : query.split("&", -1)) {
      var parts = pair.split("=", 2);
      values.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return values;
  }

  private static void answer(HttpExchange exchange, String type, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  static KeyPair newKeys() {
    try {
      var pairs = KeyPairGenerator.getInstance("RSA");
      pairs.initialize(2048);
      return pairs.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String certificate(KeyPair keys) {
    try {
      var algorithm =
          new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);
      var body = new V3TBSCertificateGenerator();
      body.setSerialNumber(new ASN1Integer(BigInteger.TWO));
      body.setSignature(algorithm);
      body.setIssuer(new X500Name(BC_NAME));
      body.setSubject(new X500Name(BC_NAME));
      body.setStartDate(new Time(Date.from(Instant.now().minus(Duration.ofDays(1)))));
      body.setEndDate(new Time(Date.from(Instant.now().plus(Duration.ofDays(1)))));
      body.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
      var certified = body.generateTBSCertificate();
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(certified.getEncoded("DER"));
      var parts = new ASN1EncodableVector();
      parts.add(certified);
      parts.add(algorithm);
      parts.add(new DERBitString(signature.sign()));
      return Base64.getEncoder().encodeToString(new DERSequence(parts).getEncoded("DER"));
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
