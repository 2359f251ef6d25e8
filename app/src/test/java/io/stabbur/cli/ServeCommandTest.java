package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.stabbur.identity.KeySets;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.Projects;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A PostgREST configuration, and the server it makes: the data API and nothing else.
class ServeCommandTest {
  private static final String SECRET = "a secret that is long enough for HS256, and more";
  private static int port;
  private static int adminPort;
  private static EmbeddedServer server;
  private static Login superuser;

  @BeforeAll
  static void serve() {
    superuser = TestPostgres.newDatabase();
    TestPostgres.execute(
        superuser,
        """
        create role serve_anon;
        create role serve_member;
        create role serve_login login noinherit;
        grant serve_anon, serve_member to serve_login;
        create schema kept;
        grant usage on schema kept to serve_anon, serve_member;
        create table kept.metrics (id int primary key, name text);
        insert into kept.metrics values (1, 'one'), (2, 'two'), (3, 'three');
        grant select on kept.metrics to serve_anon, serve_member;
        create function kept.who() returns json stable language sql as
          $$ select json_build_object('role', current_user,
               'claimed', current_setting('request.jwt.claims', true)::json ->> 'role',
               'motto', current_setting('app.settings.motto', true)) $$;
        create function kept.wait() returns void language sql as
          $$ select pg_advisory_xact_lock_shared(102) $$;
        """);
    port = TestServer.freePort();
    adminPort = TestServer.freePort();
    var file = PostgrestFile.read(file(), Map.of("PGRST_DB_MAX_ROWS", "2"));
    server = started(file);
  }

  private static EmbeddedServer started(PostgrestFile file) {
    return ApplicationContext.builder()
        .properties(file.properties(TestServer.newFolder()))
        .eagerInitConfiguration(true)
        .start()
        .getBean(EmbeddedServer.class)
        .start();
  }

  private static String uri() {
    var login = TestPostgres.as("serve_login", superuser);
    return superuser
        .url()
        .replace(
            "jdbc:postgresql://",
            "postgresql://serve_login:" + login.password().reveal().replace(" ", "%20") + "@");
  }

  private static Path file() {
    return written(
        """
        # what a user of PostgREST has
        db-uri = "%s"
        db-schema = "kept"   # the older name
        db-anon-role = "serve_anon"
        db-pool = 4
        max-rows = 5
        server-host = "127.0.0.1"
        server-port = %d
        admin-server-port = %d
        jwt-secret = "%s"
        jwt-role-claim-key = "$$.app.roles[?search(@, '^serve_')]"
        server-reuseport = true
        app.settings.motto = "a \\"b\\" # c"
        """
            .formatted(uri(), port, adminPort, SECRET));
  }

  private static Path written(String text) {
    try {
      return Files.writeString(TestServer.newFolder().resolve("postgrest.conf"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void stop() {
    server.getApplicationContext().close();
  }

  @Test
  void onlyTheDataApiAnswers() {
    assertThat(get("/metrics?select=id&order=id").body()).isEqualTo("[{\"id\":1}, \n {\"id\":2}]");
    for (var path : new String[] {"/auth/v1/health", "/storage/v1/bucket", "/admin/v1/people"}) {
      assertThat(get(path).body()).as(path).contains("PGRST125");
    }
    for (var path : new String[] {"/health", "/alerts"}) {
      assertThat(get(path).body()).as(path).contains("PGRST205");
    }
  }

  @Test
  void theRoleStandsWhereTheFileSays() {
    assertThat(as("{\"role\":\"postgres\",\"app\":{\"roles\":[\"x\",\"serve_member\"]}}"))
        .contains("\"role\" : \"serve_member\"", "\"claimed\" : \"serve_member\"");
    assertThat(as("{\"role\":\"serve_member\"}")).contains("\"role\" : \"serve_anon\"");
  }

  @Test
  void theRoleIsPutInItsPlaceOncePerToken() {
    var project = server.getApplicationContext().getBean(Projects.class).all().getFirst();
    var keys = server.getApplicationContext().getBean(KeySets.class);
    var token =
        Tokens.signed(SECRET, "{\"alg\":\"HS256\"}", "{\"app\":{\"roles\":[\"serve_member\"]}}");

    var first = keys.verify(project, token);

    assertThat(first.text("role")).hasValue("serve_member");
    assertThat(keys.verify(project, token)).isSameAs(first);
    assertThat(keys.of(project).verify(token, Clock.systemUTC()).text("role")).isEmpty();
  }

  @Test
  void scriptsMayReadWhatPostgrestLetsThem() {
    var answer = Http.get(url("/metrics"), "Origin", "https://app.example.org");

    assertThat(answer.headers().firstValue("Access-Control-Expose-Headers"))
        .hasValue(
            "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, "
                + "Server, Transfer-Encoding, Range-Unit");
  }

  @Test
  void operatorsHaveAPortOfTheirOwn() {
    assertThat(get("/metrics").statusCode()).isEqualTo(200);

    assertThat(admin("/live").statusCode()).isEqualTo(200);
    assertThat(admin("/ready").statusCode()).isEqualTo(200);
    assertThat(admin("/else").statusCode()).isEqualTo(404);
    assertThat(admin("/schema_cache").body()).contains("\"name\":\"metrics\"", "kept.who()");
    assertThat(admin("/metrics").headers().firstValue("Content-Type"))
        .hasValue("text/plain; charset=utf-8");
    assertThat(admin("/metrics").body())
        .contains("pgrst_db_pool_max 4.0\n", "pgrst_db_pool_timeouts_total 0.0\n")
        // once more when its channel is listened to
        .containsPattern("pgrst_schema_cache_loads_total\\{status=\"SUCCESS\"} [12]\\.0\n")
        .containsPattern("pgrst_schema_cache_query_time_seconds 0\\.\\d+")
        .containsPattern("pgrst_jwt_cache_requests_total \\d+");
  }

  @Test
  void requestsThatAllWaitForALockLeaveItReady() throws Exception {
    var waiting = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    try (var connection =
            DriverManager.getConnection(
                superuser.url(), superuser.user(), superuser.password().reveal());
        var lock = connection.createStatement()) {
      lock.execute("select pg_advisory_lock(102)");
      for (var i = 0; i < 4; i++) {
        waiting.add(
            CompletableFuture.supplyAsync(
                () -> Http.post(url("/rpc/wait"), "{}"), Thread::startVirtualThread));
      }

      awaitWaiting(lock);
      assertThat(admin("/ready").statusCode()).isEqualTo(200);
    }
    for (var each : waiting) {
      assertThat(each.join().statusCode()).isEqualTo(204);
    }
    assertThat(admin("/ready").statusCode()).isEqualTo(200);
  }

  /// Until a request waits for the lock.
  private static void awaitWaiting(java.sql.Statement connection) throws Exception {
    var limit = Instant.now().plusSeconds(20);
    var waits = false;
    while (!waits) {
      assertThat(Instant.now()).as("nobody waits").isBefore(limit);
      Thread.sleep(50);
      try (var rows =
          connection.executeQuery(
              "select exists (select from pg_locks where locktype = 'advisory' and not granted)")) {
        waits = rows.next() && rows.getBoolean(1);
      }
    }
  }

  @Test
  void metricsCountTheCatalogsThatCouldNotBeRead() {
    var here = "http://127.0.0.1:" + TestServer.freePort();
    var operators = "http://127.0.0.1:" + TestServer.freePort();
    var file =
        PostgrestFile.read(
            written(
                """
                db-uri = "%s"
                db-anon-role = serve_anon
                db-pre-config = none
                server-host = 127.0.0.1
                server-port = %d
                admin-server-port = %d
                """
                    .formatted(uri(), URI.create(here).getPort(), URI.create(operators).getPort())),
            Map.of());
    try (var _ = started(file).getApplicationContext()) {
      assertThat(Http.get(here + "/metrics").statusCode()).isEqualTo(404);

      assertThat(Http.get(operators + "/ready").statusCode()).isEqualTo(503);
      assertThat(Http.get(operators + "/metrics").body())
          .contains("pgrst_schema_cache_loads_total{status=\"SUCCESS\"} 0.0\n")
          .contains("pgrst_schema_cache_loads_total{status=\"FAIL\"} 2.0\n");
    }
  }

  @Test
  void withoutARoleForThemNobodyIsAnonymous() {
    var here = "http://127.0.0.1:" + TestServer.freePort();
    var file =
        PostgrestFile.read(
            written(
                """
                db-uri = "%s"
                db-schemas = kept
                server-host = 127.0.0.1
                server-port = %d
                """
                    .formatted(uri(), URI.create(here).getPort())),
            Map.of());
    try (var _ = started(file).getApplicationContext()) {
      var answer = Http.get(here + "/metrics");

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body())
          .isEqualTo(
              "{\"code\":\"PGRST302\",\"details\":null,\"hint\":null,\"message\":\"Anonymous access"
                  + " is disabled\"}");
    }
  }

  @Test
  void keysWithoutAnEffectAreTold() {
    var file =
        PostgrestFile.read(
            written("server-reuseport = true\ndb-shemas = \"typo\"\n"),
            Map.of("PGRST_LOG_LEVEL", "info", "PGRST_DB_URI", "postgresql://127.0.0.1/x"));

    assertThat(file.unknown())
        .containsExactlyInAnyOrder("server-reuseport", "db-shemas", "log-level");
  }

  @Test
  void valuesAreReadAsPostgrestReadsThem() {
    var folder = TestServer.newFolder();
    var secret = folder.resolve("secret");
    var properties =
        PostgrestFile.read(
                written(
                    """
                    jwt-secret = "@%s"
                    db-aggregates-enabled = "True"
                    db-plan-enabled = 1
                    db-channel-enabled = 0
                    db-pool-acquisition-timeout = 7
                    client-error-verbosity = minimal
                    role-claim-key = ".old"
                    jwt-role-claim-key = "$$.new"
                    db-extra-search-path = ""
                    server-host = "*6"
                    """
                        .formatted(writtenTo(secret, SECRET + "\n"))),
                Map.of())
            .properties(folder);

    assertThat(properties)
        .containsEntry("stabbur.projects.default.jwt-secret", SECRET)
        .containsEntry("stabbur.rest.aggregates", true)
        .containsEntry("stabbur.rest.explain", true)
        .containsEntry("stabbur.rest.listen", false)
        .containsEntry("stabbur.projects.default.connection-wait", "7s")
        .containsEntry("stabbur.rest.error-details", false)
        .containsEntry("stabbur.gateway.role-claim", "$.new")
        .containsEntry("stabbur.rest.extra-search-path", "")
        .containsEntry("micronaut.server.host", "::")
        .containsEntry("stabbur.rest.admin-host", "::");
    assertThat(
            PostgrestFile.read(written(""), Map.of("PGRST_ADMIN_SERVER_HOST", "*4"))
                .properties(folder))
        .containsEntry("stabbur.rest.admin-host", "0.0.0.0");
  }

  private static Path writtenTo(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLineThatIsNoSettingStopsTheStartAndIsNotRepeated() {
    assertThatThrownBy(
            () ->
                PostgrestFile.read(
                    written("# a comment\n\njwt-secret = \"hidden\"word\"\n"), Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageStartingWith("Line 3 ")
        .hasMessageNotContainingAny("hidden", "word");
  }

  @Test
  void anAddressThatIsNoneStopsTheStartAndIsNotRepeated() {
    for (var address :
        new String[] {
          "postgresql://me:hid/den@127.0.0.1/x", "host=127.0.0.1 password=hidden user=me/@"
        }) {
      var file = PostgrestFile.read(written("db-uri = \"" + address + "\"\n"), Map.of());

      assertThatThrownBy(() -> file.properties(TestServer.newFolder()))
          .as(address)
          .isInstanceOf(StartFailure.class)
          .hasNoCause()
          .hasMessageNotContainingAny("hid", "den");
    }
  }

  @Test
  void theAddressKeepsItsOptions() {
    var properties =
        PostgrestFile.read(
                written(
                    """
                    db-uri = "postgresql://a%3Ab:c%40d@db.example.org/x?sslmode=require"
                    db-prepared-statements = false
                    """),
                Map.of())
            .properties(TestServer.newFolder());

    assertThat(properties)
        .containsEntry(
            "stabbur.projects.default.database-url",
            "jdbc:postgresql://db.example.org/x?sslmode=require&prepareThreshold=0")
        .containsEntry("stabbur.projects.default.api-user", "a:b")
        .containsEntry("stabbur.projects.default.api-password", "c@d");
  }

  @Test
  void thePageNamesWhatTheTableHas() throws IOException {
    var page = Files.readString(TestServer.repository().resolve("app/docs/postgrest-names.md"));
    var rows = new ArrayList<String>();
    var row = Pattern.compile("^\\| `([a-z-]+)` \\| `([a-z.-]+)` \\|", Pattern.MULTILINE);
    row.matcher(page).results().forEach(found -> rows.add(found.group(1) + " " + found.group(2)));

    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            PostgrestNames.names().stream().map(n -> n.theirs() + " " + n.ours()).toList());
    assertThat(PostgrestNames.ofTheProcess()).allMatch(name -> page.contains("`" + name + "`"));
  }

  private static String as(String claims) {
    var token = Tokens.signed(SECRET, "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims);
    return Http.get(url("/rpc/who"), "Authorization", "Bearer " + token).body();
  }

  private static HttpResponse<String> get(String path) {
    return Http.get(url(path));
  }

  private static HttpResponse<String> admin(String path) {
    return Http.get("http://127.0.0.1:" + adminPort + path);
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }
}
