package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.HostedDatabase;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.TransactionPooler;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.ServerCertificate;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A peer mentor's day and the matrices of rows and files on Debian's Postgres 15: over TLS, with
/// an owner who is no superuser, by way of PgBouncer in transaction mode, and in the shape of a
/// hosted project.
@Tag("nightly")
class OtherDatabasesTest {
  private static final Path PGBOUNCER = Path.of("/usr/sbin/pgbouncer");
  private static final ServerCertificate CERTIFICATE = ServerCertificate.make();
  private static final InstalledPostgres POSTGRES =
      InstalledPostgres.startAs(
          EmbeddedPostgres.SUPERUSER,
          "ssl = on",
          "ssl_cert_file = '" + CERTIFICATE.certificate() + "'",
          "ssl_key_file = '" + CERTIFICATE.key() + "'");
  private static final Path DATA = TestServer.newFolder();

  /// The functions and tables of the platform, which are not ours to change.
  private static final String FOREIGN =
      """
      select md5(string_agg(line, ',' order by line)) from (
        select pg_get_functiondef(p.oid) as line from pg_proc p
        where p.pronamespace::regnamespace::text in ('auth', 'storage', 'realtime') and p.prokind = 'f'
        union all
        select format('%s %s %s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod))
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace::regnamespace::text in ('auth', 'storage', 'realtime')
          and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0) all_of_them
      """;

  /// What only a superuser can make is made by one start, as app/docs/projects.md says.
  @BeforeAll
  static void prepare() {
    start(DatabaseUrl.of(POSTGRES.superuser()), Map.of("stabbur.migrate", false)).close();
    // behind a pooler each transaction keeps its own values out of the log
    TestPostgres.execute(
        POSTGRES.superuser(),
        "grant set on parameter log_parameter_max_length, log_min_messages to authenticator");
    try (var server = owned(Map.of())) {
      assertThat(Http.get(server.url() + "/health/readiness").statusCode()).isEqualTo(200);
    }
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  private static TestServer start(String url, Map<String, Object> settings) {
    var all = new HashMap<String, Object>(settings);
    all.put("stabbur.data", DATA.toString());
    all.put("stabbur.projects.default.database-url", url);
    return TestServer.start(all);
  }

  private static TestServer owned(Map<String, Object> settings) {
    var owner = TestPostgres.as("postgres", POSTGRES.superuser());
    var url =
        DatabaseUrl.of(
            owner.at(owner.url() + "?sslmode=verify-full&sslrootcert=" + CERTIFICATE.authority()));
    return start(url, settings);
  }

  @Test
  void anOwnerWithoutSuperuserOverTls() {
    try (var server = owned(Map.of())) {
      Acceptance.require(server);
      assertThat(overTls()).isNotEmpty().containsOnly("t");
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsRefused() {
    var other = ServerCertificate.make();
    var owner = TestPostgres.as("postgres", POSTGRES.superuser());
    var url =
        DatabaseUrl.of(
            owner.at(owner.url() + "?sslmode=verify-full&sslrootcert=" + other.authority()));
    assertThatThrownBy(() -> start(url, Map.of()))
        .hasStackTraceContaining("certificate")
        .hasStackTraceContaining("sslrootcert");
  }

  /// The schemas belong to their administrators, and `postgres` is neither superuser nor one of
  /// them. What the platform would have to grant for personal data behind a pooler is granted.
  @Test
  void inHostedShapeDirectlyAndByWayOfAPooler() {
    try (var platform = InstalledPostgres.startAs(EmbeddedPostgres.SUPERUSER)) {
      var owner = HostedDatabase.on(platform);
      var superuser = HostedDatabase.superuser(platform, owner);
      var settings = new HashMap<String, Object>();
      settings.put("stabbur.data", TestServer.newFolder().toString());
      settings.put("stabbur.projects.default.database-url", DatabaseUrl.of(owner));
      settings.put(
          "stabbur.projects.default.api-password",
          TestPostgres.as("authenticator", superuser).password().reveal());
      var before = TestPostgres.value(superuser, FOREIGN);
      try (var server = TestServer.start(settings)) {
        Acceptance.require(server);
      }
      TestPostgres.execute(
          superuser,
          "grant set on parameter log_parameter_max_length, log_min_messages to authenticator");
      int port = TestServer.freePort();
      try (var _ =
          TransactionPooler.start(
              TestServer.newFolder(),
              new TransactionPooler.Options(PGBOUNCER, "127.0.0.1", port, 10),
              platform.port(),
              EmbeddedPostgres.OS_USER,
              superuser.password())) {
        settings.put(
            "stabbur.projects.default.pooler-url",
            "postgresql://127.0.0.1:%d/%s?sslmode=disable"
                .formatted(port, owner.url().replaceFirst(".*/", "")));
        try (var server = TestServer.start(settings)) {
          Acceptance.require(server);
        }
      }
      assertThat(
              TestPostgres.value(
                  superuser, "select rolsuper from pg_roles where rolname = 'postgres'"))
          .isEqualTo("f");
      assertThat(TestPostgres.value(superuser, FOREIGN))
          .as("the platform's functions")
          .isEqualTo(before);
    }
  }

  private static List<String> overTls() {
    try (var database = Database.open(POSTGRES.superuser())) {
      return database.transaction(
          Actor.of(EmbeddedPostgres.SUPERUSER),
          Access.READ,
          tx ->
              tx.list(
                  Statement.of(
                      "select ssl::text from pg_stat_ssl join pg_stat_activity using (pid) where"
                          + " usename in ('postgres', 'authenticator')"),
                  row -> row.getString(1).substring(0, 1)));
    }
  }

  @Test
  void byWayOfAPoolerInTransactionMode() throws Exception {
    try (var pooled = new Pooled(10)) {
      Acceptance.require(pooled.server);
    }
  }

  /// Every request comes with another role and person; the one session of the server serves all.
  @Test
  void noRoleOrClaimSurvivesInAPoolOfOneConnection() throws Exception {
    int requests = Integer.getInteger("pooler.requests", 10_000);
    try (var pooled = new Pooled(1)) {
      var server = pooled.server;
      TestPostgres.execute(
          POSTGRES.superuser(),
          """
          create or replace function public.who_asks() returns text language sql stable as
            $$ select current_user || ' ' || coalesce(auth.uid()::text, 'nobody') $$;
          notify pgrst, 'reload schema'""");
      Await.until(
          "the function is served",
          () ->
              ask(server, Tokens.of(server.project(), "anon", UUID.randomUUID().toString()))
                  .startsWith("\"anon"));
      var wrong = new ConcurrentLinkedQueue<String>();
      try (var threads = Executors.newFixedThreadPool(8)) {
        for (int each = 0; each < requests; each++) {
          int number = each;
          var _ = threads.submit(() -> compare(server, number, wrong));
        }
      }
      assertThat(wrong).isEmpty();
    }
  }

  private static void compare(TestServer server, int number, Queue<String> wrong) {
    var role = List.of("anon", "authenticated", "service_role").get(number % 3);
    var person = new UUID(7, number).toString();
    var answer = ask(server, Tokens.of(server.project(), role, person));
    if (!answer.equals("\"%s %s\"".formatted(role, person))) {
      wrong.add(role + " " + person + ": " + answer);
    }
  }

  private static String ask(TestServer server, String token) {
    return Http.get(
            server.url() + "/rest/v1/rpc/who_asks",
            "apikey",
            server.project().keys().publishableKey().reveal(),
            "Authorization",
            "Bearer " + token)
        .body();
  }

  /// A server that asks by way of PgBouncer.
  private static final class Pooled implements AutoCloseable {
    final TestServer server;
    private final TransactionPooler pooler;

    Pooled(int connections) {
      int port = TestServer.freePort();
      this.pooler =
          TransactionPooler.start(
              TestServer.newFolder(),
              new TransactionPooler.Options(PGBOUNCER, "127.0.0.1", port, connections),
              POSTGRES.port(),
              EmbeddedPostgres.OS_USER,
              POSTGRES.superuser().password());
      this.server =
          owned(
              Map.of(
                  "stabbur.projects.default.pooler-url",
                  "postgresql://127.0.0.1:%d/postgres?sslmode=disable".formatted(port)));
    }

    @Override
    public void close() {
      server.close();
      pooler.close();
    }
  }
}
