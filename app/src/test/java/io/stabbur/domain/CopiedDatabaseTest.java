package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.project.ProjectIdentity;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A dump carries API keys, tokens, jobs and queued calls along. Where it is restored they are
/// asleep until an operator confirms them, whether the dump made the database or came into one.
class CopiedDatabaseTest {
  private static InstalledPostgres postgres;
  private static TestServer source;
  private static TestServer copy;
  private static String apiKey = "";
  private static String accessToken = "";

  @BeforeAll
  static void restored() {
    postgres = InstalledPostgres.start();
    source = serving(postgres.databaseUrl(), Map.of());
    var service = Client.service(source);
    apiKey =
        Client.text(
            made(service, "/auth/v1/admin/api-keys", "{\"name\": \"extra\", \"type\": \"secret\"}"),
            "api_key");
    accessToken =
        Client.text(
            made(
                service,
                "/admin/v1/management/access-tokens",
                Client.object(
                    "name", "ci", "expires_at", Instant.now().plusSeconds(86400).toString())),
            "token");
    var owner = new Owner(source);
    owner.run("select cron.schedule('nightly', '0 3 * * *', 'select 1')");
    owner.run(
        "insert into net.http_request_queue (method, url, headers, timeout_milliseconds, due)"
            + " values ('GET', 'http://127.0.0.1:9/', '{}', 1000, now() + interval '1 hour')");
    assertThat(isKey(source, apiKey)).isTrue();
    assertThat(isAccessToken(source)).isTrue();
    assertThat(asleep(source)).isEqualTo(new ProjectIdentity.Asleep(0, 0));
    copy = serving(postgres.restore(postgres.dump(), "copy"), rootKeyAndPassword());
  }

  @AfterAll
  static void stop() {
    copy.close();
    source.close();
    postgres.close();
  }

  private static TestServer serving(String url, Map<String, Object> more) {
    var settings = new HashMap<String, Object>(more);
    settings.put("stabbur.projects.default.database-url", url);
    settings.put(
        "stabbur.migrations",
        TestServer.repository()
            .resolve("app/src/test/resources/io/stabbur/domain/plain")
            .toString());
    return TestServer.start(settings);
  }

  /// Of the source: what seals personal data, and the password of a role that the cluster has once.
  private static Map<String, Object> rootKeyAndPassword() {
    var keys = source.project().keys();
    return Map.of(
        "stabbur.projects.default.master-key",
        keys.masterKey().reveal(),
        "stabbur.projects.default.api-password",
        keys.apiPassword().reveal());
  }

  private static JsonNode made(Client client, String path, String body) {
    var answer = client.post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  private static boolean isKey(TestServer server, String key) {
    int status = Http.get(server.url() + "/auth/v1/admin/users", "apikey", key).statusCode();
    assertThat(status).isIn(200, 401);
    return status == 200;
  }

  private static boolean isAccessToken(TestServer server) {
    int status =
        Http.get(server.url() + "/v1/projects", "Authorization", "Bearer " + accessToken)
            .statusCode();
    assertThat(status).isIn(200, 401);
    return status == 200;
  }

  private static ProjectIdentity.Asleep asleep(TestServer server) {
    return ProjectIdentity.asleep(server.project());
  }

  @Test
  void theSourcesKeysAndWorkSleepInACopyUntilTheyAreConfirmed() {
    var ofSource = source.project().keys();
    var service = Client.service(copy);
    var claim = "select count(*) from stabbur.claim_cron_jobs('100 days')";
    var due = "update net.http_request_queue set due = now()";

    assertThat(isKey(copy, apiKey)).isFalse();
    assertThat(isKey(copy, ofSource.secretKey().reveal())).isFalse();
    assertThat(isAccessToken(copy)).isFalse();
    assertThat(isKey(copy, copy.project().keys().secretKey().reveal())).isTrue();
    assertThat(service.get("/auth/v1/admin/api-keys").body()).contains("\"asleep\":true");
    assertThat(service.get("/admin/v1/doctor").body())
        .contains("came with the dump of another database");
    new Owner(copy).run("update stabbur.cron_runs set planned = now() - interval '3 days'");
    assertThat(new Owner(copy).text(claim)).isEqualTo("0");
    new Owner(copy).run(due);
    assertThat(new Owner(copy).text("select count(*) from stabbur.claim_http_requests(9)"))
        .isEqualTo("0");
    assertThat(asleep(copy).work()).isEqualTo(2);

    assertThat(Client.anon(copy).post("/auth/v1/admin/api-keys/confirm", "{}").statusCode())
        .isIn(401, 403);
    assertThat(service.post("/auth/v1/admin/api-keys/confirm", "{}").body())
        .doesNotContain("\"asleep\":true");

    assertThat(isKey(copy, apiKey)).isTrue();
    assertThat(isAccessToken(copy)).isTrue();
    assertThat(asleep(copy)).isEqualTo(new ProjectIdentity.Asleep(0, 2));
    service.post("/auth/v1/admin/api-keys/confirm", "{\"jobs\": true}");
    assertThat(asleep(copy)).isEqualTo(new ProjectIdentity.Asleep(0, 0));
    assertThat(isKey(source, apiKey)).as("the source goes on as it was").isTrue();
    whatComesInUnderARunningServerSleepsAtOnce();
  }

  /// As a restore does it that replaces the database while it is served.
  private static void whatComesInUnderARunningServerSleepsAtOnce() {
    var owner = new Owner(copy);
    var identity = "select stabbur.identity()::text";
    var before = owner.text(identity);
    owner.run("update stabbur.cron_runs set planned = now() - interval '3 days'");
    owner.run("update stabbur.project_identity set bound_to = 'theirs', place = 'theirs'");

    assertThat(owner.text("select count(*) from stabbur.claim_cron_jobs('100 days')"))
        .isEqualTo("0");
    assertThat(owner.text("select count(*) from stabbur.claim_http_requests(9)")).isEqualTo("0");
    Await.until(
        "it has an id of its own",
        Duration.ofSeconds(20),
        () -> !"".equals(owner.text("select coalesce(stabbur.identity()::text, '')")));
    assertThat(owner.text(identity)).isNotEqualTo(before);
    assertThat(asleep(copy).credentials()).isPositive();
  }

  @Test
  void rowsOfAnotherDatabaseInOneThatIsServedSleep() {
    var texts = new String[] {"sb_secret_restored-1", "sb_secret_restored-2"};
    var identities = new String[] {UUID.randomUUID().toString(), null};
    for (int i = 0; i < 2; i++) {
      new Owner(source)
          .run(
              "insert into stabbur.api_keys (name, kind, hash, prefix, identity)"
                  + " values ('restored', 'secret', encode(sha256(?::bytea), 'hex'), '', ?::uuid)",
              texts[i],
              identities[i]);
    }

    for (var text : texts) {
      assertThat(isKey(source, text)).as(text).isFalse();
    }
    assertThat(isKey(source, apiKey)).isTrue();
    new Owner(source).run("delete from stabbur.api_keys where name = 'restored'");
  }

  @Test
  void anotherServerOfTheSameDatabaseAndKeysTakesThemForItsOwn() {
    try (var replica = serving(postgres.databaseUrl(), rootKeyAndPassword())) {
      assertThat(isKey(replica, apiKey)).isTrue();
      assertThat(asleep(replica)).isEqualTo(new ProjectIdentity.Asleep(0, 0));
    }
  }
}
