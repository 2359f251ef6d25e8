package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.SilentServer;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keycloak.saml.SignatureAlgorithm;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/// Single sign-on with a SAML identity provider that runs as a server of its own, and what somebody
/// tries who is not that provider.
class SamlTest {
  private static final String APP = "http://app.example.org/velkommen";
  private static final String SAML = "urn:oasis:names:tc:SAML:2.0:assertion";
  private static final String XMLDSIG = "http://www.w3.org/2000/09/xmldsig#";
  private static final String ATTACKER = "sjef@bedrift.example";
  private static SamlIdentityProvider idp;
  private static TestServer server;
  private static AuthClient client;
  private static PublicKey ours;
  private static String provider = "";

  @BeforeAll
  static void start() throws Exception {
    idp = new SamlIdentityProvider();
    server =
        TestServer.start(
            Map.of(
                "stabbur.auth.saml.enabled",
                true,
                "stabbur.auth.redirect-urls",
                "http://app.example.org/**",
                "stabbur.auth.limits.sso",
                0));
    client = new AuthClient(server);
    var metadata = client.with("apikey", "").get("/sso/saml/metadata").response().body();
    ours = key(metadata);
    idp.register(server.url() + "/auth/v1/sso/saml/metadata", consumer(), ours);
    var created =
        client
            .admin()
            .post(
                "/admin/sso/providers",
                "{\"type\":\"saml\",\"metadata_url\":\"%s\",\"domains\":[\"Bedrift.example\"],\"attribute_mapping\":{\"keys\":{\"department\":{\"name\":\"department\"}}}}"
                    .formatted(idp.entityId()));
    assertThat(created.status()).as(created.response().body()).isEqualTo(201);
    provider = created.text("id");
  }

  @AfterAll
  static void stop() {
    server.close();
    idp.close();
  }

  @Test
  void metadataThatNeverComeAreGivenUpAfterFiveSeconds() {
    try (var silent = SilentServer.start()) {
      var began = Instant.now();
      var answer =
          client
              .admin()
              .post(
                  "/admin/sso/providers",
                  "{\"type\":\"saml\",\"metadata_url\":\"%s\"}".formatted(silent.url()));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("code")).isEqualTo("saml_metadata_fetch_failed");
      assertThat(began).isAfter(Instant.now().minusSeconds(9));
    }
  }

  @Test
  void supabaseJsSignsInByDomainInBothFlows() {
    assertThat(Node.run(server, "sso.mjs", "bedrift.example", APP)).contains("both flows");
  }

  @Test
  void theAccountIsTheProvidersAndNobodyElses() {
    var twin = client.admin().post("/admin/users", user("kari@bedrift.example"));
    var landed = landed(idp.response(_ -> {}));
    var user = client.as(landed.getOrDefault("access_token", "")).get("/user");

    assertThat(user.status()).isEqualTo(200);
    assertThat(user.text("id")).isNotEqualTo(twin.text("id"));
    assertThat(user.text("email")).isEqualTo("kari@bedrift.example");
    assertThat(user.at("app_metadata.provider").getStringValue()).isEqualTo("sso:" + provider);
    assertThat(user.at("user_metadata.custom_claims.department").getStringValue())
        .isEqualTo("Regnskap");
    assertThat(
            AuthClient.claim(landed.getOrDefault("access_token", ""), "amr.0.method")
                .getStringValue())
        .isEqualTo("sso/saml");
    assertThat(
            client
                .as(landed.getOrDefault("access_token", ""))
                .put("/user", "{\"password\":\"et nytt langt passord\"}")
                .text("code"))
        .isEqualTo("user_sso_managed");
  }

  @Test
  void aSignedEnvelopeAndAnEncryptedAssertionAreAccepted() {
    for (Consumer<SamlIdentityProvider.Answer> shape :
        List.<Consumer<SamlIdentityProvider.Answer>>of(
            answer -> {
              answer.signAssertion = false;
              answer.signDocument = true;
            },
            answer -> answer.signDocument = true,
            answer -> answer.encryptFor = ours,
            answer -> answer.algorithm = SignatureAlgorithm.RSA_SHA512)) {
      assertThat(landed(idp.response(shape))).containsKey("access_token");
    }
  }

  @Test
  void whatIsNotSignedByTheProviderForUsAndNowIsRefused() {
    var refused = new LinkedHashMap<String, Consumer<SamlIdentityProvider.Answer>>();
    refused.put("unsigned", answer -> answer.signAssertion = false);
    refused.put("another key", answer -> answer.keys = SamlIdentityProvider.newKeys());
    refused.put("another issuer", answer -> answer.issuer = "https://other.example/metadata");
    refused.put("another audience", answer -> answer.audience = "https://other.example/sp");
    refused.put("another recipient", answer -> answer.consumer = "https://other.example/acs");
    refused.put("expired", answer -> answer.conditionsEnd = Duration.ofMinutes(-3));
    refused.put("not valid yet", answer -> answer.conditionsBegin = Duration.ofMinutes(3));
    refused.put("no longer confirmed", answer -> answer.confirmationEnd = Duration.ofMinutes(-3));
    refused.put("an old algorithm", answer -> answer.algorithm = SignatureAlgorithm.RSA_SHA1);
    refused.put("a request nobody made", answer -> answer.request = "id-" + UUID.randomUUID());
    refused.put(
        "a passing name",
        answer -> answer.nameIdFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient");
    refused.forEach(
        (name, change) ->
            assertThat(landed(idp.response(change)))
                .as(name)
                .containsKey("error_code")
                .doesNotContainKey("access_token"));
  }

  @Test
  void aSignedAssertionWrappedIntoAnotherIsRefused() {
    for (int form = 0; form < 8; form++) {
      var document = idp.document(_ -> {});
      wrap(document, form);

      assertThat(landed(SamlIdentityProvider.encoded(document)))
          .as("wrapping " + form)
          .containsKey("error_code")
          .doesNotContainKey("access_token");
    }
  }

  @Test
  void aCommentInANameDoesNotShortenIt() {
    var name = "kari@bedrift.example.evil.example";
    var document = idp.document(answer -> answer.nameId = name);
    var text = element(document.getDocumentElement(), SAML, "NameID");
    text.setTextContent(null);
    text.appendChild(document.createTextNode("kari@bedrift.example"));
    text.appendChild(document.createComment("x"));
    text.appendChild(document.createTextNode(".evil.example"));

    var landed = landed(SamlIdentityProvider.encoded(document));
    var user = client.as(landed.getOrDefault("access_token", "")).get("/user");

    assertThat(user.at("identities.0.id").getStringValue()).isEqualTo(name);
  }

  @Test
  void aChangedWordBreaksTheSignature() {
    var document = idp.document(_ -> {});
    element(document.getDocumentElement(), SAML, "NameID").setTextContent(ATTACKER);

    assertThat(landed(SamlIdentityProvider.encoded(document))).containsKey("error_code");
  }

  @Test
  void anAssertionIsGoodOnce() {
    var response = idp.response(_ -> {});

    assertThat(landed(response)).containsKey("access_token");
    assertThat(landed(response)).containsKey("error_code").doesNotContainKey("access_token");
  }

  @Test
  void aSignInThatWasBegunTakesItsOwnAnswerAndTakesItOnce() {
    var first = begin();
    var second = begin();
    var mixed = landed(idp.response(a -> a.request = second.request()), first.relay());
    var unasked = landed(idp.response(_ -> {}), second.relay());
    var third = begin();
    var answer = idp.response(a -> a.request = third.request());
    var good = landed(answer, third.relay());
    var again = landed(answer, third.relay());
    var invented = landed(idp.response(_ -> {}), UUID.randomUUID().toString());

    assertThat(mixed).containsKey("error_code").doesNotContainKey("access_token");
    assertThat(unasked).containsKey("error_code").doesNotContainKey("access_token");
    assertThat(good).containsKey("access_token");
    assertThat(again).containsEntry("error_code", "saml_relay_state_not_found");
    assertThat(invented).containsEntry("error_code", "saml_relay_state_not_found");
  }

  @Test
  void documentTypesAndNonsenseAreRefused() {
    var entity =
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><samlp:Response"
            + " xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\">&x;</samlp:Response>";
    for (var nonsense : List.of(entity, "<r/>", "no XML", "")) {
      var encoded = Base64.getEncoder().encodeToString(nonsense.getBytes(StandardCharsets.UTF_8));
      assertThat(landed(encoded)).as(nonsense).containsKey("error_code");
    }
    assertThat(landed("%%%")).containsKey("error_code");
  }

  @Test
  void peopleLandOnlyWhereTheRulesAllow() {
    var location = post(idp.response(_ -> {}), "https://evil.example/steal");

    assertThat(location).startsWith(server.url() + "#access_token=");
  }

  @Test
  void providersAreKeptByAdministratorsAlone() {
    var person = client.as(client.signUp(AuthClient.newEmail()).text("access_token"));
    for (var path : List.of("/admin/sso/providers", "/admin/sso/providers/" + provider)) {
      assertThat(client.get(path).status()).isEqualTo(401);
      assertThat(person.get(path).text("code")).isEqualTo("not_admin");
    }
    assertThat(client.post("/admin/sso/providers", "{}").status()).isEqualTo(401);
    assertThat(person.post("/admin/sso/providers", "{}").status()).isEqualTo(403);
    assertThat(client.put("/admin/sso/providers/" + provider, "{}").status()).isEqualTo(401);
    assertThat(person.delete("/admin/sso/providers/" + provider, "").status()).isEqualTo(403);
  }

  @Test
  void aProviderIsChangedDisabledAndRemoved() {
    var admin = client.admin();
    var path = "/admin/sso/providers/";
    var second = metadata("https://second.example/idp");
    var made =
        admin.post(
            "/admin/sso/providers",
            "{\"type\":\"saml\",\"metadata_xml\":%s,\"resource_id\":\"second\"}".formatted(second));
    var id = made.text("id");

    assertThat(made.status()).as(made.response().body()).isEqualTo(201);
    assertThat(
            admin
                .put(path + "resource_second", "{\"domains\":[\"second.example\"]}")
                .at("domains.0.domain")
                .getStringValue())
        .isEqualTo("second.example");
    assertThat(admin.put(path + id, "{\"domains\":[\"bedrift.example\"]}").text("code"))
        .isEqualTo("sso_domain_already_exists");
    assertThat(
            admin
                .post(
                    "/admin/sso/providers",
                    "{\"type\":\"saml\",\"metadata_xml\":%s}".formatted(second))
                .text("code"))
        .isEqualTo("saml_idp_already_exists");
    assertThat(
            admin
                .put(
                    path + id,
                    "{\"metadata_xml\":%s}".formatted(metadata("https://third.example/idp")))
                .text("code"))
        .isEqualTo("saml_entity_id_mismatch");
    assertThat(admin.put(path + id, "{\"disabled\":true}").status()).isEqualTo(200);
    assertThat(client.post("/sso", "{\"domain\":\"second.example\"}").text("code"))
        .isEqualTo("sso_provider_disabled");
    assertThat(admin.get("/admin/sso/providers").at("items").size()).isEqualTo(2);
    assertThat(admin.delete(path + id, "").status()).isEqualTo(200);
    assertThat(admin.get(path + id).text("code")).isEqualTo("sso_provider_not_found");
  }

  @Test
  void whereItIsSwitchedOffThereIsNothing() {
    var other = new AuthClient(TestServer.shared());

    assertThat(other.post("/sso", "{\"domain\":\"bedrift.example\"}").text("code"))
        .isEqualTo("saml_provider_disabled");
    assertThat(other.get("/sso/saml/metadata").status()).isEqualTo(404);
    assertThat(other.admin().get("/admin/sso/providers").status()).isEqualTo(404);
    assertThat(other.get("/settings").at("saml_enabled").getBooleanValue()).isFalse();
    assertThat(client.get("/settings").at("saml_enabled").getBooleanValue()).isTrue();
  }

  /// The eight known ways to hide a signed assertion where the signature finds it and to put
  /// another where the reader looks.
  private static void wrap(Document document, int form) {
    var response = document.getDocumentElement();
    var signed = element(response, SAML, "Assertion");
    var forged = (Element) signed.cloneNode(true);
    element(forged, SAML, "NameID").setTextContent(ATTACKER);
    var signature = element(forged, XMLDSIG, "Signature");
    if (form < 6) {
      forged.setAttribute("ID", "ID_forged");
    }
    switch (form) {
      case 0 -> { // the forged one first, the signed one beside it
        forged.removeChild(signature);
        response.insertBefore(forged, signed);
      }
      case 1 -> { // the forged one last
        forged.removeChild(signature);
        response.appendChild(forged);
      }
      case 2 -> { // the signed one inside the forged one
        forged.removeChild(signature);
        response.replaceChild(forged, signed);
        forged.appendChild(signed);
      }
      case 3 -> { // the signed one inside the forged one's signature
        response.replaceChild(forged, signed);
        var object = document.createElementNS(XMLDSIG, "ds:Object");
        object.appendChild(signed);
        signature.appendChild(object);
      }
      case 4 -> { // the forged one keeps the signature, which points to the one beside it
        response.insertBefore(forged, signed);
        signed.removeChild(element(signed, XMLDSIG, "Signature"));
      }
      case 5 -> { // the signed one in an extension of the response
        forged.removeChild(signature);
        var extensions =
            document.createElementNS("urn:oasis:names:tc:SAML:2.0:protocol", "samlp:Extensions");
        response.replaceChild(forged, signed);
        response.insertBefore(extensions, forged);
        extensions.appendChild(signed);
      }
      case 6 -> { // two with the same ID, the forged one outside of the signature's reach
        response.replaceChild(forged, signed);
        var object = document.createElementNS(XMLDSIG, "ds:Object");
        object.appendChild(signed);
        signature.appendChild(object);
      }
      default -> { // the signed one in the advice of the forged one, with the same ID
        response.replaceChild(forged, signed);
        var advice = document.createElementNS(SAML, "saml:Advice");
        advice.appendChild(signed);
        forged.appendChild(advice);
      }
    }
  }

  private static Element element(Element parent, String namespace, String name) {
    var found = parent.getElementsByTagNameNS(namespace, name).item(0);
    if (found instanceof Element element) {
      return element;
    }
    throw new AssertionError("no " + name);
  }

  /// A sign-in that the app began: the ids of its request and of its state.
  private record Begun(String request, String relay) {}

  private static Begun begin() {
    var url =
        client
            .post(
                "/sso", "{\"provider_id\":\"%s\",\"skip_http_redirect\":true}".formatted(provider))
            .text("url");
    var query = form(url.substring(url.indexOf('?') + 1));
    var holder =
        org.keycloak.saml.SAMLRequestParser.parseRequestRedirectBinding(
            query.getOrDefault("SAMLRequest", ""));
    return new Begun(
        holder.getSamlDocument().getDocumentElement().getAttribute("ID"),
        query.getOrDefault("RelayState", ""));
  }

  private static Map<String, String> landed(String response) {
    return landed(response, APP);
  }

  private static Map<String, String> landed(String response, String relayState) {
    var location = post(response, relayState);
    return form(location.substring(location.indexOf('#') + 1));
  }

  private static String post(String response, String relayState) {
    var answer =
        Http.post(
            consumer(),
            "SAMLResponse=%s&RelayState=%s"
                .formatted(
                    URLEncoder.encode(response, StandardCharsets.UTF_8),
                    URLEncoder.encode(relayState, StandardCharsets.UTF_8)),
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    return answer.headers().firstValue("Location").orElse("");
  }

  private static Map<String, String> form(String text) {
    var values = new HashMap<String, String>();
    for (var pair : text.split("&", -1)) {
      var parts = pair.split("=", 2);
      values.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return values;
  }

  private static String consumer() {
    return server.url() + "/auth/v1/sso/saml/acs";
  }

  private static String user(String email) {
    return "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
        .formatted(email, AuthClient.PASSWORD);
  }

  private static String metadata(String entityId) {
    var xml = idp.metadata().replace(idp.entityId(), entityId);
    return io.stabbur.platform.json.Json.write(
        io.micronaut.json.tree.JsonNode.createStringNode(xml));
  }

  private static PublicKey key(String metadata) throws Exception {
    var found = Pattern.compile("<X509Certificate>([^<]+)<").matcher(metadata);
    assertThat(found.find()).as(metadata).isTrue();
    var bytes = Base64.getDecoder().decode(found.group(1));
    var certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(bytes));
    certificate.verify(certificate.getPublicKey());
    return certificate.getPublicKey();
  }
}
