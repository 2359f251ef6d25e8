package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The nearest thing to a hosted Supabase project that can be had here: its schemas belong to their
/// administrators, and `postgres`, which runs everything below, is neither superuser nor one of
/// them. Policies on files it may make, as a hosted project lets it by other means.
class HostedProjectTest {
  private static final Secret PASSWORD = DataTemplate.PASSWORD;
  private static final Path MIGRATIONS = TestServer.repository().resolve("supabase/migrations");
  private static EmbeddedPostgres postgres;
  private static Login superuser;

  @BeforeAll
  static void hosted(@TempDir Path project) throws IOException {
    postgres = EmbeddedPostgres.start(DataTemplate.EMPTY.newCopy(), null, PASSWORD);
    superuser =
        new Login(
            postgres.jdbcUrl(), EmbeddedPostgres.SUPERUSER, PASSWORD, 1, Duration.ofSeconds(10));
    TestPostgres.execute(superuser, SqlFile.of(BaseSchema.class, "base/history"));
    for (var file : BaseSchema.SUPABASE) {
      TestPostgres.execute(superuser, SqlFile.of(BaseSchema.class, "base/" + file));
    }
    TestPostgres.execute(superuser, "alter system set log_parameter_max_length = -1");
    TestPostgres.execute(superuser, "select pg_reload_conf()");
    TestPostgres.execute(
        superuser,
        """
        drop schema stabbur cascade;
        revoke supabase_auth_admin, supabase_realtime_admin from postgres;
        revoke set on parameter log_min_messages, session_replication_role from postgres\
        """);
    var folder = Files.createDirectories(project.resolve("supabase/migrations"));
    try (var files = Files.list(MIGRATIONS)) {
      for (var file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    var owner = TestPostgres.as("postgres", superuser);
    TestPostgres.as("authenticator", superuser);
    Node.supabase(
        project,
        "db",
        "push",
        "--yes",
        "--remote="
            + owner
                .url()
                .replace(
                    "jdbc:postgresql://",
                    "postgresql://postgres:" + PASSWORD.reveal().replace(" ", "%20") + "@")
            + "?sslmode=disable");
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void everyMigrationAppliesAsItsOwner() throws IOException {
    try (var files = Files.list(MIGRATIONS)) {
      assertThat(value("select count(*) from supabase_migrations.schema_migrations"))
          .isEqualTo(Long.toString(files.count()));
    }
    assertThat(
            value(
                """
                select count(*) from (
                  select relowner as owner from pg_class where relnamespace::regnamespace::text in ('public', 'private')
                  union all
                  select proowner from pg_proc where pronamespace::regnamespace::text in ('public', 'private')) made
                where owner::regrole::text <> 'postgres'\
                """))
        .isEqualTo("0");
    assertThat(value("select rolsuper from pg_roles where rolname = 'postgres'")).isEqualTo("f");
  }

  @Test
  void anOrganizationMadeWithOneCallWorks() {
    try (var server = serving()) {
      var made =
          post(
              server,
              "/admin/v1/organizations",
              """
              {"name": "Hosted", "slug": "hosted", "admin_email": "chief@hosted.example", "password": "en lang nok passfrase 42"}\
              """,
              service(server));
      var token =
          post(
              server,
              "/auth/v1/token?grant_type=password",
              """
              {"email": "chief@hosted.example", "password": "en lang nok passfrase 42"}\
              """,
              server.project().keys().anonKey().reveal());
      var rows =
          Http.get(
              server.url() + "/rest/v1/organizations?select=slug",
              "apikey",
              server.project().keys().anonKey().reveal(),
              "Authorization",
              "Bearer " + text(token, "access_token"));

      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      assertThat(rows.body()).isEqualTo("[{\"slug\":\"hosted\"}]");
      assertThat(contact(server, made).statusCode()).isEqualTo(201);
      assertThat(value("select full_name from public.contacts")).startsWith("pd1.");
    }
  }

  @Test
  void noKeyIsHandedToAServerThatMayWriteItDown() {
    TestPostgres.execute(superuser, "alter system set log_min_duration_statement = 0");
    TestPostgres.execute(superuser, "select pg_reload_conf()");
    try (var server = serving()) {
      var made =
          post(
              server,
              "/admin/v1/organizations",
              """
              {"name": "Talkative", "slug": "talkative", "admin_email": "chief@talkative.example"}\
              """,
              service(server));
      var refused = contact(server, made);
      var findings = Http.get(server.url() + "/admin/v1/findings", "apikey", service(server));

      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
      assertThat(refused.body()).contains("was not given the key");
      assertThat(findings.body()).contains("alter role authenticator set log_parameter_max_length");
    } finally {
      TestPostgres.execute(superuser, "alter system reset log_min_duration_statement");
      TestPostgres.execute(superuser, "select pg_reload_conf()");
    }
  }

  @Test
  @Tag("nightly")
  void keysFollowALogThatIsTurnedOnAndOffWhileItServes() throws InterruptedException {
    try (var server = serving()) {
      var made =
          post(
              server,
              "/admin/v1/organizations",
              """
              {"name": "Listening", "slug": "listening", "admin_email": "chief@listening.example"}\
              """,
              service(server));
      assertThat(contact(server, made).statusCode()).isEqualTo(201);

      TestPostgres.execute(superuser, "alter system set log_min_duration_statement = 0");
      TestPostgres.execute(superuser, "select pg_reload_conf()");
      var limit = Instant.now().plusSeconds(40);
      while (contact(server, made).statusCode() == 201 && Instant.now().isBefore(limit)) {
        Thread.sleep(500);
      }
      var withheld = contact(server, made);

      assertThat(withheld.body()).contains("was not given the key");
      TestPostgres.execute(superuser, "alter system reset log_min_duration_statement");
      TestPostgres.execute(superuser, "select pg_reload_conf()");
      // what the doctor asks is asked anew, and counts at once
      assertThat(Http.get(server.url() + "/admin/v1/findings", "apikey", service(server)).body())
          .isEqualTo("[]");
      assertThat(contact(server, made).statusCode()).isEqualTo(201);
    } finally {
      TestPostgres.execute(superuser, "alter system reset log_min_duration_statement");
      TestPostgres.execute(superuser, "select pg_reload_conf()");
    }
  }

  private static HttpResponse<String> contact(TestServer server, HttpResponse<String> made) {
    return post(
        server,
        "/rest/v1/contacts",
        "{\"organization_id\": \"%s\", \"full_name\": \"Somebody\"}".formatted(text(made, "id")),
        service(server));
  }

  private static TestServer serving() {
    return TestServer.start(
        Map.of(
            "stabbur.projects.default.database-url",
            "postgresql://127.0.0.1:" + postgres.port() + "/postgres",
            "stabbur.projects.default.admin-password",
            PASSWORD.reveal(),
            "stabbur.projects.default.api-password",
            PASSWORD.reveal(),
            "stabbur.projects.default.master-key",
            "the same in every start of this test"));
  }

  private static HttpResponse<String> post(
      TestServer server, String path, String body, String key) {
    return Http.post(
        server.url() + path,
        body,
        "apikey",
        key,
        "Authorization",
        "Bearer " + key,
        "Content-Type",
        "application/json");
  }

  private static String service(TestServer server) {
    return server.project().keys().serviceRoleKey().reveal();
  }

  private static String text(HttpResponse<String> answer, String field) {
    var node = Json.parse(answer.body()).get(field);
    return node == null ? "" : node.getStringValue();
  }

  private static String value(String sql) {
    return String.valueOf(TestPostgres.value(superuser, sql));
  }
}
