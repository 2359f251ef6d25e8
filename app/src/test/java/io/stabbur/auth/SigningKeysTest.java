package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

    for (var key : keys.at("keys").values()) {
      assertThat(key.get("d")).isNull();
      assertThat(key.get("x")).isNotNull();
    }
    assertThat(client.get("/admin/signing-keys").status()).isEqualTo(401);
  }

  @Test
  void tokensAreSignedWithTheCurveAndNameTheirKey() {
    var token = client.signUp(AuthClient.newEmail()).text("access_token");

    assertThat(header(token)).contains("\"alg\":\"ES256\"").contains("\"kid\":");
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
