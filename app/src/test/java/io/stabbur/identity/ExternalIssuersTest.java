package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A Stabbur whose people have their accounts elsewhere: with an OpenID Connect provider, with a
/// Supabase Auth that signs with a shared secret, and with one that has to be asked.
class ExternalIssuersTest {
  private static final MockOAuth2Server PROVIDER = new MockOAuth2Server();
  private static final String SHARED_SECRET = "a secret of at least thirty-two bytes, shared";
  private static final TestServer ELSEWHERE = TestServer.shared();
  private static final String ASKED = ELSEWHERE.url() + "/auth/v1";
  private static TestServer server = ELSEWHERE;

  @BeforeAll
  static void start() throws IOException {
    PROVIDER.start(InetAddress.getLoopbackAddress(), 0);
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.issuers.entra.issuer", PROVIDER.issuerUrl("entra").toString());
    settings.put("stabbur.issuers.entra.audience", "my-api");
    settings.put("stabbur.issuers.entra.claims", "sub=oid,role=db.role");
    settings.put("stabbur.issuers.entra.roles", "authenticated,anon");
    settings.put("stabbur.issuers.hosted.issuer", "https://hosted.example.org/auth/v1");
    settings.put("stabbur.issuers.hosted.secret", SHARED_SECRET);
    settings.put("stabbur.issuers.hosted.audience", "authenticated");
    settings.put(
        "stabbur.issuers.hosted.claims",
        "organizations=organizations,organization_id=organization_id,user_role=user_role");
    settings.put("stabbur.issuers.asked.issuer", ASKED);
    settings.put("stabbur.issuers.asked.user-url", ASKED + "/user");
    settings.put(
        "stabbur.issuers.asked.user-key", ELSEWHERE.project().keys().publishableKey().reveal());
    server = TestServer.start(settings);
  }

  @AfterAll
  static void stop() {
    server.close();
    PROVIDER.shutdown();
  }

  @Test
  void aTokenOfAnOpenIdProviderIsMappedToARoleAndAUser() {
    var person = UUID.randomUUID().toString();

    assertThat(database(issued("entra", "my-api", claims(person, "authenticated"))))
        .isEqualTo("authenticated " + person);
    assertThat(database(issued("entra", "my-api", claims(person, "anon"))))
        .isEqualTo("anon " + person);
  }

  @Test
  void aTokenOfAnotherIssuerForAnotherAudienceOrWithAnotherRoleIsRefused() {
    var person = UUID.randomUUID().toString();
    var claims = claims(person, "authenticated");

    assertThat(probe(issued("stranger", "my-api", claims)).statusCode()).isEqualTo(401);
    assertThat(probe(issued("entra", "other-api", claims)).statusCode()).isEqualTo(401);
    assertThat(probe(issued("entra", "my-api", claims(person, "service_role"))).statusCode())
        .isEqualTo(401);
    assertThat(probe(issued("entra", "my-api", Map.of("oid", person))).statusCode()).isEqualTo(401);
  }

  @Test
  void anIssuersNameOnSomebodyElsesSignatureHelpsNobody() {
    var forged =
        issued("stranger", "my-api", claims(UUID.randomUUID().toString(), "authenticated"))
            .split("\\.", -1);
    var payload =
        "{\"iss\":\"%s\",\"aud\":\"my-api\",\"oid\":\"%s\",\"db\":{\"role\":\"authenticated\"},\"exp\":%d}"
            .formatted(
                PROVIDER.issuerUrl("entra"),
                UUID.randomUUID(),
                Instant.now().plusSeconds(600).getEpochSecond());

    assertThat(probe(forged[0] + "." + Tokens.part(payload) + "." + forged[2]).statusCode())
        .isEqualTo(401);
    assertThat(probe(Tokens.signed(SHARED_SECRET, "{\"alg\":\"HS256\"}", payload)).statusCode())
        .isEqualTo(401);
  }

  @Test
  void aTokenOfAHostedProjectIsCheckedWithItsSecret() {
    var person = UUID.randomUUID().toString();

    assertThat(database(hosted(SHARED_SECRET, person, 600))).isEqualTo("authenticated " + person);
    assertThat(probe(hosted(SHARED_SECRET + "!", person, 600)).statusCode()).isEqualTo(401);
    assertThat(probe(hosted(SHARED_SECRET, person, -600)).statusCode()).isEqualTo(401);
  }

  @Test
  void anIssuerThatCannotBeCheckedHereIsAskedForTheUser() {
    var account = signedUp(ASKED, ELSEWHERE);
    var token = text(account, "access_token");

    var answer = database(token);
    var forged = token.substring(0, token.length() - 4) + "AAAA";

    assertThat(answer).startsWith("authenticated ");
    assertThat(answer).endsWith(text(account.get("user"), "id"));
    assertThat(probe(forged).statusCode()).isEqualTo(401);
  }

  @Test
  void theMembershipsOfAnAccountThatIsKeptElsewhereAreThoseOfItsTokens() {
    var organization = organization();
    var other = organization();
    var token = member(UUID.randomUUID().toString(), organization);

    assertThat(get("/rest/v1/organizations?select=id", token).body()).contains(organization);
    assertThat(in(organization, token).body()).contains(organization);
    assertThat(in(other, token).statusCode()).isEqualTo(403);
  }

  @Test
  void theMembershipsOfAnAccountThatIsHereAreThoseOfTheTables() {
    var organization = organization();
    var local = signedUp(server.url() + "/auth/v1", server);
    var token = member(text(local.get("user"), "id"), organization);

    assertThat(get("/rest/v1/organizations?select=id", token).body()).isEqualTo("[]");
    assertThat(in(organization, token).statusCode()).isEqualTo(403);
  }

  private static String organization() {
    var answer =
        Http.post(
            server.url() + "/rest/v1/organizations",
            "{\"name\":\"Elsewhere\",\"slug\":\"s%s\"}".formatted(UUID.randomUUID()),
            "apikey",
            server.project().keys().serviceRoleKey().reveal(),
            "Content-Type",
            "application/json",
            "Prefer",
            "return=representation");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return text(Json.parse(answer.body()).get(0), "id");
  }

  private static HttpResponse<String> in(String organization, String token) {
    return Http.get(
        server.url() + "/rest/v1/organizations?select=id",
        "apikey",
        server.project().keys().publishableKey().reveal(),
        "Authorization",
        "Bearer " + token,
        "X-Organization-Id",
        organization);
  }

  private static String member(String person, String organization) {
    return Tokens.signed(
        SHARED_SECRET,
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        """
        {"iss":"https://hosted.example.org/auth/v1","aud":"authenticated","sub":"%s","role":"authenticated","exp":%d,
         "session_id":"%s","organization_id":"%s","user_role":"coordinator","organizations":[{"id":"%s","role":"coordinator"}]}\
        """
            .formatted(
                person,
                Instant.now().plusSeconds(600).getEpochSecond(),
                UUID.randomUUID(),
                organization,
                organization));
  }

  @Test
  void theirTokensAreNobodyInTheAccountsApi() {
    var local = signedUp(server.url() + "/auth/v1", server);
    var token = hosted(SHARED_SECRET, text(local.get("user"), "id"), 600);

    assertThat(get("/auth/v1/user", text(local, "access_token")).statusCode()).isEqualTo(200);
    assertThat(get("/auth/v1/user", token).statusCode()).isEqualTo(403);
    assertThat(get("/auth/v1/admin/users", token).statusCode()).isEqualTo(403);
    assertThat(get("/admin/v1/organizations", token).body()).isEqualTo("[]");
    assertThat(get("/rest/v1/organizations", token).body()).isEqualTo("[]");
  }

  private static String issued(String issuer, String audience, Map<String, Object> claims) {
    return PROVIDER
        .issueToken(
            issuer,
            "client",
            new DefaultOAuth2TokenCallback(
                issuer, "their-own-name", "JWT", List.of(audience), claims, 600))
        .serialize();
  }

  private static Map<String, Object> claims(String person, String role) {
    return Map.of("oid", person, "db", Map.of("role", role), "role", "service_role");
  }

  private static String hosted(String secret, String person, int seconds) {
    return Tokens.signed(
        secret,
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"iss\":\"https://hosted.example.org/auth/v1\",\"aud\":\"authenticated\",\"sub\":\"%s\",\"role\":\"authenticated\",\"exp\":%d}"
            .formatted(person, Instant.now().plusSeconds(seconds).getEpochSecond()));
  }

  private static JsonNode signedUp(String address, TestServer where) {
    var answer =
        Http.post(
            address + "/signup",
            "{\"email\":\"%s@example.org\",\"password\":\"korrekt hest\"}"
                .formatted(UUID.randomUUID()),
            "apikey",
            where.project().keys().publishableKey().reveal(),
            "Content-Type",
            "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  private static String text(@org.jspecify.annotations.Nullable JsonNode node, String name) {
    var value = node == null ? null : node.get(name);
    assertThat(value).as(name).isNotNull();
    return value == null ? "" : value.getStringValue();
  }

  private static String database(String token) {
    var answer = get("/probe/database", token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static HttpResponse<String> probe(String token) {
    return get("/probe", token);
  }

  private static HttpResponse<String> get(String path, String token) {
    return Http.get(
        server.url() + path,
        "apikey",
        server.project().keys().publishableKey().reveal(),
        "Authorization",
        "Bearer " + token);
  }
}
