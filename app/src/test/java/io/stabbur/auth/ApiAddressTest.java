package io.stabbur.auth;

import static io.stabbur.auth.AuthClient.claims;
import static io.stabbur.auth.AuthClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Where the sign-in API is mounted: GoTrue alone serves it at the root.
class ApiAddressTest {
  private static TestServer serving(String path, boolean requireApiKey) {
    return TestServer.start(
        Map.of(
            "stabbur.auth.path",
            path,
            "stabbur.auth.email-autoconfirm",
            true,
            "stabbur.auth.oauth-server.enabled",
            true,
            "stabbur.gateway.require-api-key",
            requireApiKey));
  }

  private static AuthClient at(TestServer server, String path) {
    return new AuthClient(server).mountedAt(server.url() + path);
  }

  @Test
  void atTheRootItIsServedAsGoTrueServesItAlone() {
    try (var server = serving("/", false)) {
      var root = at(server, "").with("apikey", "");
      var signedUp = root.signUp(newEmail());
      assertThat(signedUp.status()).isEqualTo(200);
      var token = signedUp.text("access_token");
      assertThat(claims(token).get("iss")).isEqualTo(JsonNode.createStringNode(server.url()));
      assertThat(root.as(token).get("/user").text("id"))
          .isEqualTo(signedUp.at("user.id").getStringValue());
      assertThat(root.refresh(signedUp.text("refresh_token")).status()).isEqualTo(200);
      assertThat(at(server, "").admin().get("/admin/users").status()).isEqualTo(200);
      assertThat(root.get("/admin/users").status()).isEqualTo(401);
      assertThat(root.get("/settings?x=/y").json().get("external")).isNotNull();
      // what others serve there stays theirs
      assertThat(root.get("/health/liveness").text("status")).isEqualTo("UP");
      assertThat(root.get("/rest/v1/").status()).isEqualTo(200);
      assertThat(root.get("/admin/v1/projects").status()).isEqualTo(401);
      assertThat(root.get("/nothing").text("message")).contains("no Route matched");
      assertThat(root.get("/tokens").text("message")).contains("no Route matched");
      // and so does the usual address
      assertThat(root.get("/auth/v1/settings").status()).isEqualTo(200);
      described(root, server.url(), "");
      linked(server, root);
    }
  }

  @Test
  void elsewhereItIsServedAsUnderTheUsualPath() {
    try (var server = serving("/sign-in/v2", true)) {
      var client = at(server, "/sign-in/v2");
      var signedUp = client.signUp(newEmail());
      assertThat(signedUp.status()).isEqualTo(200);
      var url = server.url() + "/sign-in/v2";
      assertThat(claims(signedUp.text("access_token")).get("iss"))
          .isEqualTo(JsonNode.createStringNode(url));
      assertThat(client.with("apikey", "").get("/user").status()).isEqualTo(401);
      assertThat(at(server, "").get("/sign-in/v2x/settings").status()).isEqualTo(404);
      assertThat(at(server, "").get("/settings").status()).isEqualTo(404);
      described(client, url, "");
      described(at(server, "").with("apikey", ""), url, "/sign-in/v2");
      linked(server, client);
    }
  }

  @Test
  void aPathThatIsNoneEndsTheStart() {
    for (var path : List.of("auth", "/auth/", "//", "/a b")) {
      assertThatThrownBy(() -> serving(path, true).close())
          .as(path)
          .rootCause()
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("auth.path is \"" + path + '"');
    }
  }

  @Test
  void aPathWhereAnotherApiIsEndsTheStart() {
    for (var path :
        List.of(
            "/rest",
            "/rest/v1",
            "/storage/v1/x",
            "/realtime",
            "/functions/v1",
            "/admin",
            "/v1",
            "/console",
            "/health",
            "/metrics",
            "/alerts",
            "/auth",
            "/auth/v1/more",
            "/a/..",
            "/./a")) {
      assertThatThrownBy(() -> serving(path, true).close())
          .as(path)
          .rootCause()
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("auth.path is \"" + path + '"');
    }
  }

  /// Discovery names this address, also where RFC 8414 looks for it.
  private static void described(AuthClient client, String url, String after) {
    for (var document : List.of("openid-configuration", "oauth-authorization-server")) {
      var found = client.get("/.well-known/" + document + after);
      assertThat(found.status()).as(document).isEqualTo(200);
      assertThat(found.text("issuer")).isEqualTo(url);
      assertThat(found.text("token_endpoint")).isEqualTo(url + "/oauth/token");
      assertThat(found.text("jwks_uri")).isEqualTo(url + "/.well-known/jwks.json");
    }
  }

  /// A link names this address and can be followed.
  private static void linked(TestServer server, AuthClient client) {
    var email = newEmail();
    var link =
        client
            .admin()
            .post("/admin/generate_link", "{\"type\":\"magiclink\",\"email\":\"" + email + "\"}");
    assertThat(link.status()).isEqualTo(200);
    var action = URI.create(link.text("action_link"));
    var path = String.valueOf(action.getPath());
    assertThat(action.toString()).startsWith(server.url()).contains("/verify?token=");
    assertThat(path).doesNotContain("/auth/v1");
    var followed = at(server, "").with("apikey", "").get(path + "?" + action.getRawQuery());
    assertThat(followed.status()).isEqualTo(303);
    assertThat(followed.header("location")).contains("#access_token=");
  }
}
