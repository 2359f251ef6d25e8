package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Keys on their page: made, replaced with an overlap and revoked, each with a code once more.
class KeysPageTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Pattern SHOWN =
      Pattern.compile("<pre class=\"copy\"><code>(sb_[a-z]+_[^<]+)</code>");

  @BeforeAll
  static void forgetTries() {
    Tries.forget(SERVER);
  }

  private static ApiKey key(String name) {
    return ApiKeyStore.of(SERVER.project()).now().keys().stream()
        .filter(each -> each.name().equals(name))
        .toList()
        .getLast();
  }

  private static String shown(HttpResponse<String> answer) {
    var found = SHOWN.matcher(answer.body());
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static int status(String key) {
    return Http.get(
            SERVER.url() + "/auth/v1/admin/api-keys",
            "apikey",
            key,
            "Authorization",
            "Bearer " + key)
        .statusCode();
  }

  @Test
  void aKeyIsMadeShownOnceReplacedAndRevoked() {
    var operator = Browser.of(SERVER, "operator");
    var name = "<b>News</b> " + UUID.randomUUID();
    operator.get("/keys");
    var made =
        operator.post(
            "/keys/default/make", Map.of("name", name, "kind", "secret", "code", operator.code()));
    assertThat(made.statusCode()).isEqualTo(200);
    var text = shown(made);
    assertThat(status(text)).isEqualTo(200);
    var page = operator.get("/keys");
    PageChecks.requireSound("keys", page);
    PageChecks.requirePlainWords("keys", page.body());
    assertThat(page.body()).contains("&lt;b&gt;News").doesNotContain(text, "<b>News");

    var first = key(name);
    var replaced =
        operator.post("/keys/default/" + first.id() + "/replace", Map.of("code", operator.code()));
    var second = shown(replaced);
    assertThat(second).isNotEqualTo(text);
    assertThat(status(text)).as("good until it is revoked").isEqualTo(200);

    var address = "/keys/default/" + first.id() + "/revoke";
    var wrong = operator.post(address, Map.of("confirm", "News", "code", operator.code()));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("the name that was written is another");
    assertThat(status(text)).isEqualTo(200);
    assertThat(
            operator.post(address, Map.of("confirm", name, "code", operator.code())).statusCode())
        .isEqualTo(303);
    assertThat(status(text)).isEqualTo(401);
    assertThat(status(second)).isEqualTo(200);
    assertThat(operator.post(address, Map.of("confirm", name, "code", "000000")).statusCode())
        .as("it is gone")
        .isEqualTo(404);
    assertThat(operator.get("/activity").body())
        .contains("Made a key in the project default.", "Revoked a key in the project default.");
  }

  @Test
  void aKeyThatOnlyEverComesAsBearerIsUsedToo() {
    var store = ApiKeyStore.of(SERVER.project());
    var older = store.create(ApiKey.Kind.SERVICE_ROLE, "older " + UUID.randomUUID());
    var anon = SERVER.project().keys().anonKey().reveal();
    var read =
        Http.get(
            SERVER.url() + "/rest/v1/",
            "apikey",
            anon,
            "Authorization",
            "Bearer " + older.text().reveal());
    assertThat(read.statusCode()).isEqualTo(200);
    awaitUse(store, older.key().id());
    var scraped = store.create(ApiKey.Kind.SECRET, "scraped " + UUID.randomUUID());
    assertThat(
            Http.get(
                    SERVER.url() + "/metrics", "Authorization", "Bearer " + scraped.text().reveal())
                .statusCode())
        .isEqualTo(200);
    awaitUse(store, scraped.key().id());
  }

  @Test
  void theLastUseOfAKeyIsNotedOnceAnHour() {
    var store = ApiKeyStore.of(SERVER.project());
    var made = store.create(ApiKey.Kind.SECRET, "used " + UUID.randomUUID());
    var id = made.key().id();
    assertThat(store.lastUses()).doesNotContainKey(id);
    assertThat(status(made.text().reveal())).isEqualTo(200);
    awaitUse(store, id);
    var auditor = Browser.of(SERVER, "auditor");
    assertThat(auditor.get("/keys").body()).contains("last used (to the hour)", "no use noted yet");
    assertThat(Duration.between(store.lastUses().get(id), Instant.now())).isLessThan(MINUTE);
    sql(
        "with x as (update stabbur.api_keys set last_used_at = now() - interval '2 hours' where id"
            + " = ? returning 1) select 1 from x",
        id);
    assertThat(status(made.text().reveal())).isEqualTo(200);
    sql("select pg_notify('stabbur_api_keys', '')");
    assertThat(Duration.between(store.lastUses().get(id), Instant.now()))
        .as("this process noted a use within the hour")
        .isGreaterThan(MINUTE);
  }

  /// What was noted is written when the keys are read again.
  private static void awaitUse(ApiKeyStore store, UUID id) {
    Await.until(
        "the use is written",
        Duration.ofSeconds(20),
        () -> {
          sql("select pg_notify('stabbur_api_keys', '')");
          return store.lastUses().containsKey(id);
        });
  }

  private static void sql(String sql, Object... values) {
    var _ =
        SERVER
            .project()
            .admin()
            .transaction(
                Actor.of("postgres"),
                Access.WRITE,
                tx -> tx.query(Statement.of(sql, values), RowReader.none()));
  }

  @Test
  void withoutACodeOrWithOneThatWasUsedNothingIsDone() {
    var owner = Browser.of(SERVER, "owner");
    owner.get("/keys");
    int before = ApiKeyStore.of(SERVER.project()).now().keys().size();
    var form = Map.of("name", "x", "kind", "secret", "code", "000000");
    var refused = owner.post("/keys/default/make", form);
    assertThat(refused.statusCode()).isEqualTo(400);
    PageChecks.requireSound("refused", refused);
    assertThat(refused.body()).contains("The code is wrong or was used already", "href=\"#code\"");
    var code = owner.code();
    var wanted = Map.of("name", "used " + UUID.randomUUID(), "kind", "publishable", "code", code);
    assertThat(owner.post("/keys/default/make", wanted).statusCode()).isEqualTo(200);
    assertThat(owner.post("/keys/default/make", wanted).statusCode()).isEqualTo(400);
    assertThat(owner.post("/keys/default/make", Map.of("name", " ", "kind", "secret")).statusCode())
        .isEqualTo(400);
    assertThat(
            owner
                .post(
                    "/keys/default/make", Map.of("name", "x", "kind", "service_role", "code", "1"))
                .statusCode())
        .isEqualTo(400);
    assertThat(ApiKeyStore.of(SERVER.project()).now().keys()).hasSize(before + 1);
    assertThat(owner.post("/keys/nobody/make", wanted).statusCode()).isEqualTo(404);
  }

  @Test
  void theServersOwnKeyIsNotRevoked() {
    var owner = Browser.of(SERVER, "owner");
    owner.get("/keys");
    var own =
        ApiKeyStore.of(SERVER.project()).now().keys().stream()
            .filter(each -> each.kind() == ApiKey.Kind.SECRET && !each.isRevoked())
            .filter(ApiKeyStore.of(SERVER.project())::isOfTheAppliance)
            .findFirst()
            .orElseThrow();
    var refused =
        owner.post(
            "/keys/default/" + own.id() + "/revoke",
            Map.of("confirm", own.name(), "code", owner.code()));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("the server uses this key itself");
    PageChecks.requireNoForms("auditor", Browser.of(SERVER, "auditor").get("/keys").body());
  }
}
