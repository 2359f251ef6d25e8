package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.Await;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    ServedDatabase.writeMigration(migrations);
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

    try (var server = served(copy).start()) {
      assertThat(server.health()).isEqualTo(ServedDatabase.UP);
      assertThat(server.signIn(ServedDatabase.KARI)).isEqualTo(200);
      assertThat(server.signUp(ServedDatabase.OLA)).isEqualTo(200);
      assertThat(server.get("/storage/v1/bucket").body()).contains("papers");
      server.writeFile();
      assertThat(server.hasFile()).isTrue();
      assertThat(server.get("/rest/v1/one?select=a").body()).isEqualTo(ServedDatabase.ONE);
    }
    assertThat(TestPostgres.value(copy, "select count(*) from stabbur.migrations"))
        .isEqualTo("" + (BaseSchema.SUPABASE.size() + BaseSchema.OWN.size()));
  }

  @Test
  void ofAnEarlierDayItBringsThatDayBackWhileItIsServed() {
    var login = postgres.superuser();
    try (var server = served(login).start()) {
      server.fill();
      // what belongs to the appliance is made in its own time
      var dump = postgres.dump("--exclude-schema=stabbur_control");
      assertThat(server.signUp(ServedDatabase.OLA)).isEqualTo(200);
      assertThat(server.post("/storage/v1/object/papers/b.txt", "of later")).isEqualTo(200);
      TestPostgres.execute(login, "insert into public.one values (2)");

      TestPostgres.execute(login, EMPTY);
      postgres.restoreOver(dump, "postgres");

      Await.until(
          "it is served or health tells",
          Duration.ofSeconds(10),
          () -> server.health().contains("\"UP\"") == isOfThatDay(server));
    }
    try (var server = served(login).start()) {
      assertThat(server.health()).isEqualTo(ServedDatabase.UP);
      assertThat(isOfThatDay(server)).isTrue();
      assertThat(server.signUp(ServedDatabase.OLA)).isEqualTo(200);
    }
  }

  private static boolean isOfThatDay(ServedDatabase.Served server) {
    return server.signIn(ServedDatabase.KARI) == 200
        && server.signIn(ServedDatabase.OLA) == 400
        && server.hasFile()
        && server.get("/storage/v1/object/papers/b.txt").statusCode() == 400
        && server.get("/rest/v1/one?select=a").body().equals(ServedDatabase.ONE);
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

  private ServedDatabase served(Login login) {
    return new ServedDatabase(login, data, migrations);
  }
}
