package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.Await;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A role of a Supabase project that somebody dropped as Postgres' documentation says: what it
/// owned is given to another role first. Roles belong to a whole cluster, so each test has one of
/// its own.
@Tag("nightly")
class DroppedRoleTest {
  private static final Secret PASSWORD = Secret.of("a password of the tests");
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);

  @TempDir Path migrations;
  private final Path cluster = TestServer.newFolder();
  private final Path data = TestServer.newFolder();
  private EmbeddedPostgres postgres;
  private Login superuser;
  private ServedDatabase database;

  @BeforeEach
  void prepare() throws Exception {
    ServedDatabase.writeMigration(migrations);
    postgres = EmbeddedPostgres.start(cluster, null, PASSWORD);
    superuser =
        new Login(
            postgres.jdbcUrl(), EmbeddedPostgres.SUPERUSER, PASSWORD, 2, Duration.ofSeconds(10));
    database = new ServedDatabase(superuser, data, migrations);
  }

  @AfterEach
  void stop() {
    postgres.close();
    DataFolders.delete(cluster);
    DataFolders.delete(data);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anon",
        "authenticated",
        "service_role",
        "authenticator",
        "supabase_auth_admin",
        "supabase_storage_admin",
        "supabase_realtime_admin",
      })
  void healthTellsAndTheNextStartMakesItAgain(String role) {
    try (var server = database.start()) {
      server.fill();
      servesEverything(server);

      drop(role);

      Await.until("health tells", TOLD_WITHIN, () -> server.health().contains("\"DOWN\""));
    }

    try (var server = database.start()) {
      assertThat(server.health()).isEqualTo(ServedDatabase.UP);
      // what was granted on tables of the user's own is not ours to know
      TestPostgres.execute(
          superuser, "grant select on public.one to anon, authenticated, service_role");
      servesEverything(server);
      assertThat(server.post("/storage/v1/object/papers/b.txt", "what is new")).isEqualTo(200);
      assertThat(server.signUp(ServedDatabase.OLA)).isEqualTo(200);
      TestPostgres.execute(superuser, "set role postgres; create table public.two (a int)");
      for (var api : new String[] {"anon", "authenticated", "service_role"}) {
        assertThat(
                TestPostgres.value(
                    superuser, "select has_table_privilege(?, 'public.two', 'select')", api))
            .as(api)
            .isEqualTo("t");
      }
    }
  }

  /// Grants on what one of them owns are given back too, and what an operator took from new objects
  /// stays taken.
  @Test
  void rolesDroppedTogetherGetWhatFilesAndTheOtherRolesGive() {
    SchemaSetup.base(superuser);
    TestPostgres.execute(
        superuser,
        """
        alter default privileges for role postgres in schema public
          revoke all on tables from anon, authenticated, service_role;
        alter default privileges for role postgres in schema public
          revoke update on sequences from authenticated
        """);
    drop("anon", "supabase_storage_admin", "supabase_realtime_admin");

    SchemaSetup.base(superuser);
    TestPostgres.execute(
        superuser,
        "set role postgres; create table public.two (a int); create sequence public.numbers");

    assertThat(
            TestPostgres.value(
                superuser,
                """
                select concat_ws(' ',
                  (select relowner::regrole from pg_class where oid = 'storage.objects'::regclass),
                  (select relowner::regrole from pg_class where oid = 'realtime.messages'::regclass),
                  has_table_privilege('anon', 'storage.objects', 'select'),
                  has_table_privilege('anon', 'realtime.messages', 'insert'),
                  has_table_privilege('anon', 'public.two', 'select'),
                  has_sequence_privilege('anon', 'public.numbers', 'usage'),
                  has_sequence_privilege('anon', 'public.numbers', 'update'))
                """))
        .isEqualTo("supabase_storage_admin supabase_realtime_admin t t f t f");
  }

  /// The project that starts first makes the roles again; each gets back what is in its database.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "anon",
        "authenticated",
        "service_role",
        "supabase_auth_admin",
        "supabase_storage_admin",
        "supabase_realtime_admin",
      })
  void eachDatabaseOfTheServerGetsBackWhatTheRoleHadThere(String role) {
    SchemaSetup.base(superuser);
    TestPostgres.execute(superuser, "create database other");
    var other = superuser.at(superuser.url().replaceFirst("/[^/?]*(?=$|[?])", "/other"));
    SchemaSetup.base(other);
    var before = had(other);
    leave(other, role);
    drop(role);

    SchemaSetup.base(superuser);
    assertThat(had(other)).isNotEqualTo(before);
    SchemaSetup.base(other);

    assertThat(had(other)).isEqualTo(before);
    assertThat(had(superuser)).isEqualTo(before);
  }

  /// Who owns what in the schemas of a project, and what new objects of schema public grant.
  private static String had(Login login) {
    return String.valueOf(
        TestPostgres.value(
            login,
            """
            select string_agg(line, E'\n' order by line) from (
              select format('%s %s', c.oid::regclass, c.relowner::regrole) as line from pg_class c
                where c.relkind in ('r', 'v', 'p') and not c.relispartition and c.relnamespace::regnamespace::text in ('auth', 'storage', 'realtime')
              union all
              select format('%s %s', p.oid::regprocedure, p.proowner::regrole) from pg_proc p
                where p.pronamespace::regnamespace::text in ('auth', 'storage', 'realtime')
              union all
              select format('%s %s %s %s', d.defaclrole::regrole, d.defaclobjtype, acl.grantee::regrole, acl.privilege_type)
                from pg_default_acl d, aclexplode(d.defaclacl) acl where d.defaclnamespace = 'public'::regnamespace) x
            """));
  }

  private void drop(String... roles) {
    for (var role : roles) {
      leave(superuser, role);
      TestPostgres.execute(superuser, "drop role " + role);
    }
  }

  /// Nothing of the database is the role's any more.
  private static void leave(Login login, String role) {
    TestPostgres.execute(
        login,
        """
        reassign owned by %1$s to postgres;
        drop owned by %1$s;
        set role postgres;
        revoke all on schema stabbur from %1$s;
        reset role
        """
            .formatted(role));
  }

  /// One call of each API that reads what the schema keeps.
  private static void servesEverything(ServedDatabase.Served server) {
    assertThat(server.get("/auth/v1/admin/users").body()).contains("kari@example.org");
    assertThat(server.signIn(ServedDatabase.KARI)).isEqualTo(200);
    assertThat(server.get("/storage/v1/bucket").body()).contains("papers");
    assertThat(server.hasFile()).isTrue();
    var anonKey = server.server().project().keys().anonKey().reveal();
    assertThat(server.get("/rest/v1/one?select=a").body()).isEqualTo(ServedDatabase.ONE);
    assertThat(server.get("/rest/v1/one?select=a", anonKey).body()).isEqualTo(ServedDatabase.ONE);
    assertThat(
            server.post(
                "/realtime/v1/api/broadcast",
                "{\"messages\": [{\"topic\": \"room\", \"event\": \"said\", \"payload\": {}}]}"))
        .isEqualTo(202);
  }
}
