package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.Await;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A dump by `pg_dump` that is older than the program or than what the database had last.
@Tag("nightly")
class OlderDumpTest {
  /// What the internal schema consisted of on 21 November 2026.
  private static final List<String> OLDER =
      Stream.concat(
              BaseSchema.SUPABASE.stream().limit(7),
              Stream.of(
                  "stabbur/0001_user_migrations",
                  "stabbur/0200_auth",
                  "stabbur/0300_storage",
                  "stabbur/0301_storage_resumable",
                  "stabbur/0302_storage_rights",
                  "stabbur/0303_storage_rules",
                  "stabbur/0304_storage_jobs",
                  "stabbur/0400_api_keys",
                  "stabbur/0401_application_tokens",
                  "stabbur/0402_saml_assertions",
                  "stabbur/0450_personal_key_checks",
                  "stabbur/0451_personal_key_processes",
                  "stabbur/0460_code_networks",
                  "stabbur/0461_credential_changes"))
          .toList();

  private static final String KARI =
      "{\"email\": \"kari@example.org\", \"password\": \"korrekt hest batteri\"}";
  private static final String OLA = KARI.replace("kari", "ola");

  /// Leaves nothing of the project, as whoever restores a dump into its database does first.
  private static final String EMPTY =
      """
      do $$ declare each name; begin
        for each in select pubname from pg_publication loop
          execute format('drop publication %I', each);
        end loop;
        for each in
          select nspname from pg_namespace
           where nspname !~ '^pg_' and nspname not in ('information_schema', 'stabbur_control')
        loop
          execute format('drop schema %I cascade', each);
        end loop;
        create schema public;
      end $$
      """;

  @TempDir Path migrations;
  private final Path data = TestServer.newFolder();
  private InstalledPostgres postgres;

  @BeforeEach
  void prepare() throws Exception {
    Files.writeString(
        migrations.resolve("20260101000000_one.sql"),
        "create table public.one (a int); insert into public.one values (1);");
    postgres = InstalledPostgres.startAs(EmbeddedPostgres.SUPERUSER);
  }

  @AfterEach
  void stop() {
    postgres.close();
    DataFolders.delete(data);
  }

  @Test
  void ofAnEarlierVersionItIsBroughtUpToDateWithItsRows() {
    var source = postgres.superuser();
    older(source);
    TestPostgres.execute(
        source,
        """
        create table public.one (a int);
        insert into public.one values (1);
        grant select on public.one to service_role;
        insert into supabase_migrations.schema_migrations (version) values ('20260101000000');
        insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at)
        values ('00000000-0000-0000-0000-000000000001', 'authenticated', 'authenticated', 'kari@example.org',
          extensions.crypt('korrekt hest batteri', extensions.gen_salt('bf', 4)), now());
        insert into auth.identities (provider_id, user_id, identity_data, provider)
        values ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001',
          '{"sub": "00000000-0000-0000-0000-000000000001", "email": "kari@example.org"}', 'email');
        insert into storage.buckets (id, name) values ('papers', 'papers');
        """);
    var copy =
        new Login(
            source.url().replaceFirst("/postgres$", "/copy"),
            source.user(),
            source.password(),
            2,
            source.patience());
    postgres.restore(postgres.dump(), "copy");

    try (var server = TestServer.start(settings(copy))) {
      assertThat(health(server)).isEqualTo("{\"status\":\"UP\"}");
      assertThat(post(server, "/auth/v1/token?grant_type=password", KARI)).isEqualTo(200);
      assertThat(post(server, "/auth/v1/signup", OLA)).isEqualTo(200);
      assertThat(get(server, "/storage/v1/bucket").body()).contains("papers");
      assertThat(post(server, "/storage/v1/object/papers/a.txt", "what is written")).isEqualTo(200);
      assertThat(get(server, "/storage/v1/object/papers/a.txt").body())
          .isEqualTo("what is written");
      assertThat(get(server, "/rest/v1/one?select=a").body()).isEqualTo("[{\"a\":1}]");
    }
    assertThat(TestPostgres.value(copy, "select count(*) from stabbur.migrations"))
        .isEqualTo("" + (BaseSchema.SUPABASE.size() + BaseSchema.OWN.size()));
  }

  @Test
  void ofAnEarlierDayItBringsThatDayBackWhileItIsServed() {
    var login = postgres.superuser();
    try (var server = TestServer.start(settings(login))) {
      assertThat(post(server, "/auth/v1/signup", KARI)).isEqualTo(200);
      assertThat(post(server, "/storage/v1/bucket", "{\"id\": \"papers\", \"name\": \"papers\"}"))
          .isEqualTo(200);
      assertThat(post(server, "/storage/v1/object/papers/a.txt", "what is written")).isEqualTo(200);
      // what belongs to the appliance is made in its own time
      var dump = postgres.dump("--exclude-schema=stabbur_control");
      assertThat(post(server, "/auth/v1/signup", OLA)).isEqualTo(200);
      assertThat(post(server, "/storage/v1/object/papers/b.txt", "of later")).isEqualTo(200);
      TestPostgres.execute(login, "insert into public.one values (2)");

      TestPostgres.execute(login, EMPTY);
      postgres.restoreOver(dump, "postgres");

      Await.until(
          "it is served or health tells",
          Duration.ofSeconds(10),
          () -> health(server).contains("\"UP\"") == isOfThatDay(server));
    }
    try (var server = TestServer.start(settings(login))) {
      assertThat(health(server)).isEqualTo("{\"status\":\"UP\"}");
      assertThat(isOfThatDay(server)).isTrue();
      assertThat(post(server, "/auth/v1/signup", OLA)).isEqualTo(200);
    }
  }

  private static boolean isOfThatDay(TestServer server) {
    return post(server, "/auth/v1/token?grant_type=password", KARI) == 200
        && post(server, "/auth/v1/token?grant_type=password", OLA) == 400
        && get(server, "/storage/v1/object/papers/a.txt").body().equals("what is written")
        && get(server, "/storage/v1/object/papers/b.txt").statusCode() == 400
        && get(server, "/rest/v1/one?select=a").body().equals("[{\"a\":1}]");
  }

  /// Makes the internal schema as the program of that day made it.
  private static void older(Login superuser) {
    TestPostgres.execute(superuser, SqlFile.of(BaseSchema.class, "base/history"));
    for (var file : OLDER) {
      var sql = SqlFile.of(BaseSchema.class, "base/" + file);
      var role = file.startsWith("supabase/") ? "" : "set local role postgres;\n";
      TestPostgres.execute(superuser, "begin;\n" + role + sql + ";\ncommit");
      TestPostgres.execute(
          superuser,
          "insert into stabbur.migrations (version, checksum) values ('%s', '%s')"
              .formatted(file, Crypto.sha256Hex(sql)));
    }
    TestPostgres.execute(superuser, "drop table stabbur.base_objects");
  }

  private Map<String, Object> settings(Login login) {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.data", data.toString());
    settings.put("stabbur.migrations", migrations.toString());
    settings.put("stabbur.projects.default.database-url", login.url());
    settings.put("stabbur.projects.default.admin-user", login.user());
    settings.put("stabbur.projects.default.admin-password", login.password().reveal());
    settings.put("stabbur.projects.default.api-password", login.password().reveal());
    return settings;
  }

  private static String health(TestServer server) {
    return Http.get(server.url() + "/health").body();
  }

  private static HttpResponse<String> get(TestServer server, String path) {
    return Http.get(server.url() + path, "apikey", key(server));
  }

  private static int post(TestServer server, String path, String body) {
    return Http.post(
            server.url() + path,
            body,
            "apikey",
            key(server),
            "Content-Type",
            body.startsWith("{") ? "application/json" : "text/plain")
        .statusCode();
  }

  private static String key(TestServer server) {
    return server.project().keys().serviceRoleKey().reveal();
  }
}
