package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.AuthClient.Answer;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// API keys from their making to their end, on every API of the appliance.
class ApiKeysTest {
  private static final List<String> SERVICE_ONLY =
      List.of("/auth/v1/admin/users", "/admin/v1/organizations", "/storage/v1/bucket");
  private final TestServer server = TestServer.shared();
  private final AuthClient client = new AuthClient(server);

  @Test
  void aSecretKeyServesEveryApiUntilItIsRevoked() {
    var made = create("nightly export", "secret");
    var key = made.text("api_key");

    assertThat(key).matches("sb_secret_[A-Za-z0-9_-]{22}_[0-9a-f]{8}");
    for (var path : SERVICE_ONLY) {
      assertThat(status(path, key)).as(path).isEqualTo(200);
    }
    assertThat(status("/rest/v1/organizations?limit=1", key)).isEqualTo(200);

    var revoked = client.admin().post("/admin/api-keys/" + made.text("id") + "/revoke", "{}");

    assertThat(revoked.status()).isEqualTo(200);
    for (var path : List.of("/auth/v1/admin/users", "/admin/v1/organizations")) {
      assertThat(status(path, key)).as(path).isEqualTo(401);
    }
    // wire: the Storage API answers 400 and says in the body what it is
    var storage = Http.get(server.url() + "/storage/v1/bucket", "apikey", key);
    assertThat(storage.statusCode()).isEqualTo(400);
    assertThat(storage.body()).contains("\"error\":\"Unauthorized\"", "\"code\":\"AccessDenied\"");
    assertThat(status("/rest/v1/organizations?limit=1", key)).isEqualTo(401);
    assertThat(client.admin().post("/admin/api-keys/" + made.text("id") + "/revoke", "{}").status())
        .isEqualTo(404);
  }

  @Test
  void aKeyOfTheOlderFormEndsAsApiKeyAndAsToken() {
    var made = create("old server", "service_role");
    var key = made.text("api_key");
    var publishable = server.project().keys().publishableKey().reveal();
    var users = server.url() + "/auth/v1/admin/users";
    var bearer = new String[] {"apikey", publishable, "Authorization", "Bearer " + key};

    assertThat(status("/auth/v1/admin/users", key)).isEqualTo(200);
    assertThat(Http.get(users, bearer).statusCode()).isEqualTo(200);

    client.admin().post("/admin/api-keys/" + made.text("id") + "/revoke", "{}");

    assertThat(status("/auth/v1/admin/users", key)).isEqualTo(401);
    assertThat(Http.get(users, bearer).statusCode()).isEqualTo(403);
  }

  @Test
  void aRevokedKeyDoesNotComeBackSpeltDifferently() {
    var made = create("spelt", "service_role");
    var key = made.text("api_key");
    // the last of 43 letters holds two bits that mean nothing
    var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = letters.indexOf(key.charAt(key.length() - 1));
    var other = key.substring(0, key.length() - 1) + letters.charAt(last ^ 1);

    client.admin().post("/admin/api-keys/" + made.text("id") + "/revoke", "{}");

    for (var spelling : List.of(key, key + "=", other)) {
      assertThat(status("/rest/v1/organizations?limit=1", spelling)).as(spelling).isEqualTo(401);
    }
  }

  @Test
  void aKeyReplacedInTheSettingsEndsTheOneBefore() {
    var folder = DataTemplate.MIGRATED.newCopy();
    var first = "sb_secret_" + "a".repeat(22) + "_00000000";
    var second = "sb_secret_" + "b".repeat(22) + "_00000000";
    for (var keys : List.of(List.of(first, ""), List.of(second, first))) {
      try (var own =
          TestServer.start(
              Map.of(
                  "stabbur.data",
                  folder.toString(),
                  "stabbur.projects.default.secret-key",
                  keys.getFirst()))) {
        assertThat(Http.get(own.url() + "/probe", "apikey", keys.getFirst()).statusCode())
            .isEqualTo(200);
        assertThat(Http.get(own.url() + "/probe", "apikey", keys.getLast()).statusCode())
            .isEqualTo(401);
      }
    }
  }

  @Test
  void aKeyOfTheOlderFormIsNotMadeWithoutASecretToSignIt() {
    var set =
        "{\"keys\":[{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"%s\"}]}"
            .formatted(Crypto.randomText(32));
    try (var own = TestServer.start(Map.of("stabbur.projects.default.jwt-secret", set))) {
      var secret = own.project().keys().secretKey().reveal();
      var admin =
          new AuthClient(own).with("apikey", secret).with("Authorization", "Bearer " + secret);

      for (var kind : List.of("anon", "service_role")) {
        var body = "{\"name\":\"a\",\"type\":\"%s\"}".formatted(kind);
        assertThat(admin.post("/admin/api-keys", body).status()).isEqualTo(422);
        assertThat(admin.post("/admin/api-keys/rotate", body).status()).isEqualTo(422);
      }
      assertThat(admin.post("/admin/api-keys", "{\"name\":\"a\",\"type\":\"secret\"}").status())
          .isEqualTo(200);
    }
  }

  @Test
  void makingRotatingAndRevokingAreRecorded() {
    var id = create("recorded", "secret").text("id");
    client.admin().post("/admin/api-keys/" + id + "/revoke", "{}");
    var rotated = client.admin().post("/admin/api-keys/rotate", "{\"type\":\"publishable\"}");

    for (var entry :
        Map.of("api_key_created", id, "api_key_revoked", id, "api_key_rotated", rotated.text("id"))
            .entrySet()) {
      assertThat(
              client.admin().get("/admin/audit?query=action:" + entry.getKey()).response().body())
          .contains(entry.getValue())
          .doesNotContain(rotated.text("api_key"));
    }
    var chain =
        "select action || ' ' || row_id || ' ' || changed::text from public.audit_log"
            + " where table_name = 'api_keys' and organization_id is null";
    assertThat(texts(chain))
        .contains(
            "api_key_created " + id + " {\"name\": \"recorded\", \"type\": \"secret\"}",
            "api_key_revoked " + id + " {\"name\": \"recorded\", \"type\": \"secret\"}");
  }

  @Test
  void aKeyThatAnotherProcessRotatedIsInUseToo() throws Exception {
    var file = server.project().folder().resolve("keys.json");
    var before = Files.readString(file);
    var made = create("rotated elsewhere", "anon");
    var anon = server.project().keys().anonKey().reveal();
    try {
      Files.writeString(file, before.replace(anon, made.text("api_key")));

      assertThat(
              client.admin().post("/admin/api-keys/" + made.text("id") + "/revoke", "{}").status())
          .isEqualTo(422);
    } finally {
      Files.writeString(file, before);
    }
  }

  @Test
  void aPublishableKeyIsAnonymousAndCanBeReadAgain() {
    var made = create("web app", "publishable");
    var key = made.text("api_key");

    assertThat(Http.get(server.url() + "/probe", "apikey", key).body())
        .isEqualTo("default anon false");
    assertThat(listed(made.text("id")).text("api_key")).isEqualTo(key);
  }

  @Test
  void noListingAndNoTableHoldsASecretKey() {
    var made = create("never seen again", "secret");
    var key = made.text("api_key");

    var list = client.admin().get("/admin/api-keys").response().body();
    var rows = texts("select to_jsonb(k)::text from stabbur.api_keys k");

    assertThat(list).contains(made.text("id")).doesNotContain(key);
    assertThat(rows).isNotEmpty().noneMatch(row -> row.contains(key));
    assertThat(rows).anyMatch(row -> row.contains(Crypto.sha256Hex(key)));
  }

  @Test
  void theKeyOfTheFirstStartIsRotatedBeforeItIsRevoked() {
    var before = server.project().keys().secretKey().reveal();
    var id = idOf(before);

    var early = client.admin().post("/admin/api-keys/" + id + "/revoke", "{}");
    var rotated = client.admin().post("/admin/api-keys/rotate", "{\"type\":\"secret\"}");
    var after = rotated.text("api_key");

    assertThat(early.status()).isEqualTo(422);
    assertThat(server.project().keys().secretKey().reveal()).isEqualTo(after);
    assertThat(status("/admin/v1/organizations", before)).isEqualTo(200);
    assertThat(status("/admin/v1/organizations", after)).isEqualTo(200);

    client.admin().post("/admin/api-keys/" + id + "/revoke", "{}");

    assertThat(status("/admin/v1/organizations", before)).isEqualTo(401);
    assertThat(status("/admin/v1/organizations", after)).isEqualTo(200);
  }

  @Test
  void onlyAdministratorsSeeAndChangeKeys() {
    var person = client.as(client.signUp(AuthClient.newEmail()).text("access_token"));
    for (var path : List.of("/admin/api-keys", "/admin/api-keys/rotate")) {
      assertThat(client.post(path, "{}").text("code")).as(path).isEqualTo("no_authorization");
      assertThat(person.post(path, "{}").text("code")).as(path).isEqualTo("not_admin");
    }
    var revoke = "/admin/api-keys/" + idOf(server.project().keys().anonKey().reveal()) + "/revoke";
    assertThat(client.post(revoke, "{}").status()).isEqualTo(401);
    assertThat(person.post(revoke, "{}").status()).isEqualTo(403);
    assertThat(client.get("/admin/api-keys").status()).isEqualTo(401);
    assertThat(person.get("/admin/api-keys").status()).isEqualTo(403);
  }

  @Test
  void aKeyWithoutANameOrOfNoKnownKindIsNotMade() {
    assertThat(client.admin().post("/admin/api-keys", "{\"type\":\"secret\"}").status())
        .isEqualTo(400);
    assertThat(
            client.admin().post("/admin/api-keys", "{\"name\":\"a\",\"type\":\"root\"}").status())
        .isEqualTo(400);
  }

  @Test
  void anotherProcessOnTheSameProjectHearsOfAChange() throws Exception {
    var home = server.project();
    var database = URI.create(home.api().login().url().substring("jdbc:".length()));
    try (var replica =
        TestServer.start(
            Map.of(
                "stabbur.projects.default.database-url",
                "postgresql://127.0.0.1:" + database.getPort() + "/postgres",
                "stabbur.projects.default.admin-password",
                home.keys().databasePassword().reveal(),
                "stabbur.projects.default.api-password",
                home.keys().apiPassword().reveal(),
                "stabbur.projects.default.master-key",
                home.keys().masterKey().reveal(),
                "stabbur.projects.default.jwt-secret",
                home.keys().jwtSecret().reveal()))) {
      var made = create("two processes", "secret");
      var probe = replica.url() + "/probe";
      var key = made.text("api_key");

      assertThat(becomes(probe, key, 200)).isTrue();

      client.admin().post("/admin/api-keys/" + made.text("id") + "/revoke", "{}");

      assertThat(becomes(probe, key, 401)).isTrue();
    }
  }

  /// Whether the answer becomes this one well before the store would look by itself.
  private static boolean becomes(String url, String key, int status) throws InterruptedException {
    var limit = Instant.now().plus(Duration.ofSeconds(5));
    while (Http.get(url, "apikey", key).statusCode() != status) {
      if (Instant.now().isAfter(limit)) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  private Answer create(String name, String type) {
    var made =
        client
            .admin()
            .post("/admin/api-keys", "{\"name\":\"%s\",\"type\":\"%s\"}".formatted(name, type));
    assertThat(made.status()).as(made.response().body()).isEqualTo(200);
    return made;
  }

  private int status(String path, String key) {
    return Http.get(server.url() + path, "apikey", key, "Authorization", "Bearer " + key)
        .statusCode();
  }

  private Answer listed(String id) {
    var answer = client.admin().get("/admin/api-keys");
    for (var key : answer.at("keys").values()) {
      if (AuthClient.at(key, "id").getStringValue().equals(id)) {
        return new Answer(200, key, answer.response());
      }
    }
    throw new AssertionError("no key " + id);
  }

  private List<String> texts(String sql) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx -> tx.list(Statement.of(sql), row -> row.getString(1)));
  }

  private String idOf(String key) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                tx.first(
                        Statement.of(
                            "select id::text from stabbur.api_keys where hash = ?",
                            Crypto.sha256Hex(key)),
                        row -> row.getString(1))
                    .orElseThrow());
  }
}
