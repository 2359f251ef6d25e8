package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Signing keys: standby, current, previous, gone.
class SigningKeysTest {
  private static TestServer server;
  private static AuthClient client;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aRotationSignsNobodyOutAndARevocationDoes() {
    var session = client.signUp(AuthClient.newEmail());
    var token = session.text("access_token");
    var first = kid(token);
    var standby = id("standby");

    assertThat(published()).contains(first, standby);
    assertThat(id("current")).isEqualTo(first);

    client.admin().post("/admin/signing-keys/rotate", "{}");
    var next = client.refresh(session.text("refresh_token")).text("access_token");

    assertThat(kid(next)).isEqualTo(standby);
    assertThat(client.as(token).get("/user").status()).isEqualTo(200);
    assertThat(client.as(next).get("/user").status()).isEqualTo(200);
    assertThat(id("previous")).isEqualTo(first);

    var refused = client.admin().post("/admin/signing-keys/" + standby + "/revoke", "{}");
    client.admin().post("/admin/signing-keys/" + first + "/revoke", "{}");

    assertThat(refused.status()).isEqualTo(404);
    assertThat(published()).doesNotContain(first);
    assertThat(client.as(token).get("/user").text("code")).isEqualTo("bad_jwt");
    assertThat(client.as(next).get("/user").status()).isEqualTo(200);
  }

  @Test
  void whatIsPublishedHoldsNoPrivateHalf() {
    var keys = client.with("apikey", "").get("/.well-known/jwks.json");
    assertThat(keys.at("keys").size()).isPositive();

    for (var key : keys.at("keys").values()) {
      for (var secret : List.of("d", "p", "q", "dp", "dq", "qi", "k")) {
        assertThat(key.get(secret)).as(secret).isNull();
      }
      assertThat(AuthClient.at(key, "kty").getStringValue()).isIn("EC", "RSA", "OKP");
    }
    assertThat(client.get("/admin/signing-keys").status()).isEqualTo(401);
  }

  @Test
  void tokensAreSignedWithTheCurveAndNameTheirKey() {
    var token = client.signUp(AuthClient.newEmail()).text("access_token");

    assertThat(header(token)).contains("\"alg\":\"ES256\"").contains("\"kid\":");
  }

  @Test
  void keysOfAnotherInstallationSignAndCheckHere() throws Exception {
    var folder = DataTemplate.BASE.newCopy();
    var theirs = elliptic("theirs").toJSONString().replaceFirst("}$", ",\"key_ops\":[\"sign\"]}");
    var old = elliptic("old").toPublicJWK().toJSONString();
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.data", folder.toString());
    settings.put("stabbur.migrate", false);
    settings.put("stabbur.projects.default.signing-keys", "[" + theirs + "," + old + "]");
    try (var moved = TestServer.start(settings)) {
      var there = new AuthClient(moved);
      assertThat(kid(there.signUp(AuthClient.newEmail()).text("access_token"))).isEqualTo("theirs");
      assertThat(there.get("/.well-known/jwks.json").response().body())
          .contains("\"theirs\"", "\"old\"");
      there.admin().post("/admin/signing-keys/rotate", "{}");
    }
    try (var again = TestServer.start(settings)) {
      var session = new AuthClient(again).signUp(AuthClient.newEmail());
      assertThat(kid(session.text("access_token"))).as("a rotation lasts").isNotEqualTo("theirs");
    }
  }

  @Test
  void aFileOfKeysThatCannotBeReadStopsTheStart() {
    var settings =
        Map.<String, Object>of("stabbur.projects.default.signing-keys", "/no/such/keys.json");

    assertThatThrownBy(() -> TestServer.start(settings).close())
        .rootCause()
        .hasMessageContaining("/no/such/keys.json");
  }

  @Test
  void administratorsImportKeysAndStrangersDoNot() throws Exception {
    var body = "{\"keys\":[" + elliptic("imported").toJSONString() + "]}";

    assertThat(client.post("/admin/signing-keys/import", body).status()).isEqualTo(401);
    var imported = client.admin().post("/admin/signing-keys/import", body);

    assertThat(imported.status()).as(imported.response().body()).isEqualTo(200);
    assertThat(imported.response().body()).doesNotContain("\"d\"");
    assertThat(id("current")).isEqualTo("imported");
    assertThat(kid(client.signUp(AuthClient.newEmail()).text("access_token")))
        .isEqualTo("imported");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}]}",
        "{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AA\",\"y\":\"AA\"}",
        "{\"keys\":[\"x\"]}",
        "{\"keys\":7}"
      })
  void keysThatCannotSignAreRefused(String body) {
    var answer = client.admin().post("/admin/signing-keys/import", body);

    assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
    assertThat(answer.text("code")).isEqualTo("validation_failed");
  }

  private static ECKey elliptic(String id) throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
  }

  @Test
  void aTokenThatNamesAnotherAlgorithmForAKeyIsRefused() {
    var token = client.signUp(AuthClient.newEmail()).text("access_token");
    var parts = token.split("\\.", -1);
    for (var algorithm : List.of("none", "HS256", "RS256", "EdDSA")) {
      var header =
          "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}".formatted(algorithm, kid(token));
      var forged =
          Base64.getUrlEncoder()
                  .withoutPadding()
                  .encodeToString(header.getBytes(StandardCharsets.UTF_8))
              + "."
              + parts[1]
              + "."
              + parts[2];

      assertThat(client.as(forged).get("/user").text("code")).as(algorithm).isEqualTo("bad_jwt");
    }
  }

  @Test
  void everyAlgorithmStandsBySignsAndSteppedBackStillCounts() {
    var session = client.signUp(AuthClient.newEmail());
    var tokens = new ArrayList<String>();
    var refresh = session.text("refresh_token");
    for (var algorithm : List.of("RS256", "EdDSA", "HS256", "ES256")) {
      var body = "{\"algorithm\":\"%s\"}".formatted(algorithm);
      assertThat(client.admin().post("/admin/signing-keys/rotate", body).status()).isEqualTo(200);
      client.admin().post("/admin/signing-keys/rotate", "{}");
      var next = client.refresh(refresh);
      refresh = next.text("refresh_token");
      tokens.add(next.text("access_token"));

      assertThat(header(tokens.getLast())).contains("\"alg\":\"" + algorithm + "\"");
      assertThat(published().contains(kid(tokens.getLast()))).isEqualTo(!algorithm.equals("HS256"));
      assertThat(verifies(tokens.getLast())).isEqualTo(!algorithm.equals("HS256"));
    }
    for (var token : tokens) {
      assertThat(client.as(token).get("/user").status()).as(header(token)).isEqualTo(200);
    }
    assertThat(
            client.admin().post("/admin/signing-keys/rotate", "{\"algorithm\":\"none\"}").status())
        .isEqualTo(400);
  }

  @Test
  void clientsMayKeepThePublishedKeysForTenMinutes() {
    assertThat(client.get("/.well-known/jwks.json").header("Cache-Control"))
        .isEqualTo("public, max-age=600");
  }

  @Test
  void onlyAdministratorsRotateAndRevoke() {
    var person = client.as(client.signUp(AuthClient.newEmail()).text("access_token"));
    for (var path : List.of("/rotate", "/" + id("standby") + "/revoke")) {
      assertThat(client.post("/admin/signing-keys" + path, "{}").status()).isEqualTo(401);
      assertThat(person.post("/admin/signing-keys" + path, "{}").status()).isEqualTo(403);
    }
    assertThat(person.get("/admin/signing-keys").status()).isEqualTo(403);
  }

  /// Whether somebody with nothing but the published keys can check the token, by the JDK alone.
  private static boolean verifies(String token) {
    for (var key : client.get("/.well-known/jwks.json").at("keys").values()) {
      if (AuthClient.at(key, "kid").getStringValue().equals(kid(token))) {
        return JdkSignatures.verify(key, token);
      }
    }
    return false;
  }

  private static String id(String state) {
    for (var key : client.admin().get("/admin/signing-keys").at("keys").values()) {
      if (AuthClient.at(key, "state").getStringValue().equals(state)) {
        return AuthClient.at(key, "id").getStringValue();
      }
    }
    throw new AssertionError("no key is " + state);
  }

  private static List<String> published() {
    var ids = new ArrayList<String>();
    for (var key : client.get("/.well-known/jwks.json").at("keys").values()) {
      ids.add(AuthClient.at(key, "kid").getStringValue());
    }
    return ids;
  }

  private static String kid(String token) {
    return header(token).replaceAll(".*\"kid\":\"([^\"]+)\".*", "$1");
  }

  private static String header(String token) {
    return new String(
        Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]), StandardCharsets.UTF_8);
  }
}
