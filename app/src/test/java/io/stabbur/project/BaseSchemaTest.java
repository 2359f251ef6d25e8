package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/// The internal schema on a real Postgres: every test has a database of its own.
class BaseSchemaTest {
  @Test
  void everyFileRunsOnceAndIsRecorded() throws Exception {
    var superuser = migrated();

    SchemaSetup.base(superuser);

    assertThat(
            value(
                superuser,
                "select string_agg(version, ' ' order by version) from stabbur.migrations"))
        .isEqualTo(files(""));
  }

  @Test
  void theOwnerChangesTheSettingsItMayOnAHostedProject() {
    var owner = TestPostgres.as("postgres", migrated());

    TestPostgres.execute(
        owner,
        """
        set session_replication_role = replica;
        insert into auth.users (id) values ('00000000-0000-0000-0000-000000000001');
        alter role authenticator set pgrst.db_max_rows = '100';
        alter role authenticator reset pgrst.db_max_rows;
        """);

    assertThat(value(owner, "select count(*) from auth.users")).isEqualTo("1");
  }

  @Test
  void authAndStorageHaveTheTablesOfASupabaseProject() {
    var superuser = migrated();

    assertThat(tables(superuser, "auth")).isEqualTo("23, 16 with row-level security");
    assertThat(tables(superuser, "storage")).isEqualTo("10, 10 with row-level security");
    assertThat(value(superuser, "select count(*) from auth.schema_migrations")).isEqualTo("77");
    assertThat(value(superuser, "select max(id) from storage.migrations")).isEqualTo("63");
  }

  @Test
  void migrationsWrittenForSupabaseApplyAsPostgres() throws Exception {
    var superuser = migrated();
    var owner = TestPostgres.as("postgres", superuser);

    TestPostgres.execute(owner, resource("supabase-style.sql"));
    TestPostgres.execute(
        superuser,
        """
        insert into auth.users (id, raw_user_meta_data)
        values ('00000000-0000-0000-0000-000000000001', '{"name": "Kari"}')
        """);

    assertThat(value(superuser, "select display_name from public.profiles")).isEqualTo("Kari");
    assertThat(
            value(superuser, "select payload #>> '{record,display_name}' from realtime.messages"))
        .isEqualTo("Kari");
  }

  @Test
  void policiesSeeTheCallersClaims() throws Exception {
    var superuser = migrated();
    TestPostgres.execute(TestPostgres.as("postgres", superuser), resource("supabase-style.sql"));
    var ask =
        """
        insert into auth.users (id) values
          ('00000000-0000-0000-0000-000000000001'), ('00000000-0000-0000-0000-000000000002');
        select set_config('request.jwt.claims', '{"sub": "00000000-0000-0000-0000-000000000002"}', false);
        set role authenticated;
        insert into storage.objects (bucket_id, name) values ('avatars', '00000000-0000-0000-0000-000000000002/a.png');
        do $$ begin
          assert (select count(*) from public.people) = 1, 'sees others';
          assert (select id from public.people) = auth.uid(), 'sees the wrong row';
        end $$;
        """;

    TestPostgres.execute(superuser, ask);

    assertThat(value(superuser, "select count(*) from storage.objects")).isEqualTo("1");
  }

  @Test
  void theLoginRoleOfTheApiHasNoRightsOfItsOwn() throws Exception {
    var superuser = migrated();
    TestPostgres.execute(TestPostgres.as("postgres", superuser), resource("supabase-style.sql"));
    var api = TestPostgres.as("authenticator", superuser);

    for (var sql :
        new String[] {
          "select * from public.profiles",
          "select public.custom_access_token_hook('{}')",
          "select auth.uid()",
          "delete from storage.objects",
          "select * from stabbur.migrations",
          "create table public.mine ()"
        }) {
      assertThat(sqlState(api, sql)).as(sql).isEqualTo("42501");
    }
  }

  @Test
  void rowsOfStorageAreNotDeletedBySql() {
    var superuser = migrated();

    assertThat(sqlState(TestPostgres.as("postgres", superuser), "delete from storage.objects"))
        .isEqualTo("42501");
  }

  @Test
  void changingTheSchemaNotifiesTheDataApi() throws SQLException {
    var owner = TestPostgres.as("postgres", migrated());
    try (var connection =
            DriverManager.getConnection(owner.url(), owner.user(), owner.password().reveal());
        var statement = connection.createStatement()) {
      statement.execute("listen pgrst");

      statement.execute("create table public.announced (id int)");
      statement.execute("create temporary table unannounced (id int)");
      statement.execute("drop table public.announced");

      var notes = connection.unwrap(PGConnection.class).getNotifications(2000);
      assertThat(Objects.requireNonNull(notes))
          .extracting(note -> note.getParameter())
          .containsExactly("reload schema", "reload schema");
    }
  }

  @Test
  void messagesHaveAPartitionForTheComingDaysAndOldOnesGo() {
    var superuser = migrated();
    TestPostgres.execute(
        superuser,
        "create table realtime.messages_2020_01_01 partition of realtime.messages for values from"
            + " ('2020-01-01') to ('2020-01-02');"
            + " alter table realtime.messages_2020_01_01 owner to supabase_realtime_admin");

    SchemaSetup.base(superuser);

    assertThat(
            value(
                superuser,
                "select count(*) || ' ' || min(inhrelid::regclass::text) from pg_inherits where"
                    + " inhparent = 'realtime.messages'::regclass"))
        .startsWith("5 realtime.messages_2")
        .doesNotContain("2020");
  }

  @Test
  void aDatabaseOfANewerVersionIsRefused() {
    var superuser = migrated();
    TestPostgres.execute(
        superuser, "insert into stabbur.migrations values ('supabase/0999_later', 'unknown')");

    assertThatThrownBy(() -> SchemaSetup.base(superuser))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("newer Stabbur")
        .hasMessageContaining("supabase/0999_later");
  }

  @Test
  void anUpgradeThatFailedInAFileOfOursGoesOnOnceThatIsMended() throws Exception {
    var superuser = migrated();
    goBack(superuser);

    for (int time = 0; time < 2; time++) {
      assertThatThrownBy(() -> SchemaSetup.base(superuser))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("The internal schema file stabbur/0962_request_hours failed");
    }
    TestPostgres.execute(superuser, MENDED);
    SchemaSetup.base(superuser);

    assertThat(
            value(
                superuser,
                "select string_agg(version, ' ' order by version) from stabbur.migrations"))
        .isEqualTo(files(""));
    assertThat(value(superuser, "select count(*) from pg_event_trigger where evtname ~ 'rights'"))
        .isEqualTo("2");
    assertThat(value(superuser, NOTED)).isEqualTo("0");
  }

  @Test
  void aSuperusersFileThatChangedAfterAnUpgradeFailedIsRefused() {
    var superuser = migrated();
    goBack(superuser);
    assertThatThrownBy(() -> SchemaSetup.base(superuser)).isInstanceOf(StartFailure.class);
    assertThat(value(superuser, NOTED)).isEqualTo("1");
    TestPostgres.execute(superuser, MENDED);
    TestPostgres.execute(
        superuser,
        """
        do $$ begin
          execute format('alter role supabase_admin in database %I set stabbur.prepared = %L',
            current_database(), 'supabase/0940_rights_watch=other');
        end $$\
        """);

    assertThatThrownBy(() -> SchemaSetup.base(superuser))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("supabase/0940_rights_watch ran with another text")
        .hasMessageContaining("restore a backup");
  }

  @Test
  void aFileThatChangedAfterItRanIsRefused() {
    var superuser = migrated();
    TestPostgres.execute(superuser, "update stabbur.migrations set checksum = 'other'");

    assertThatThrownBy(() -> SchemaSetup.base(superuser))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("supabase/0001_roles");
  }

  @Test
  void aHostedProjectGetsOurOwnPartOnly() throws Exception {
    var hosted = notOurs(HOSTED);

    BaseSchema.migrateNamed(TestPostgres.as("postgres", hosted));
    BaseSchema.migrateNamed(TestPostgres.as("postgres", hosted));

    assertThat(
            value(
                hosted, "select string_agg(version, ' ' order by version) from stabbur.migrations"))
        .isEqualTo(files("stabbur/"));
    assertThat(value(hosted, "select to_regclass('storage.buckets') is null")).isEqualTo("t");
  }

  @Test
  void aRoleThatAHostedProjectLostIsNamedAndNotMade() {
    var hosted = notOurs(HOSTED);
    BaseSchema.migrateNamed(hosted);
    TestPostgres.execute(hosted, "insert into stabbur.base_objects values ('role of_the_project')");

    for (var login : new Login[] {hosted, TestPostgres.as("postgres", hosted)}) {
      assertThatThrownBy(() -> BaseSchema.migrateNamed(login))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("These roles were dropped: of_the_project.")
          .hasMessageContaining("Stabbur did not make this Supabase project");
    }
  }

  @Test
  void aRightThatWasTakenOnADatabaseStaysTakenWhileNothingIsMade() {
    var hosted = notOurs(HOSTED);
    BaseSchema.migrateNamed(hosted);
    TestPostgres.execute(hosted, "revoke create on database " + name(hosted) + " from postgres");
    var mayCreate = "select has_database_privilege('postgres', current_database(), 'create')";

    BaseSchema.migrateNamed(hosted);
    assertThat(value(hosted, mayCreate)).isEqualTo("f");

    TestPostgres.execute(hosted, "drop schema stabbur_storage cascade");
    BaseSchema.migrateNamed(hosted);
    assertThat(value(hosted, mayCreate)).isEqualTo("t");
  }

  @Test
  void aDedicatedDatabaseIsMadeByASuperuserAndKeptByItsOwner() {
    var dedicated = notOurs("select 1");
    BaseSchema.migrateNamed(dedicated);

    BaseSchema.migrateNamed(TestPostgres.as("postgres", dedicated));

    assertThat(tables(dedicated, "auth")).isEqualTo("23, 16 with row-level security");
  }

  @Test
  void aDedicatedDatabaseWithoutASuperuserIsRefused() {
    var owner = TestPostgres.as("postgres", notOurs("select 1"));

    assertThatThrownBy(() -> BaseSchema.migrateNamed(owner))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("name one as admin-user");
    assertThat(value(owner, "select to_regnamespace('stabbur') is null")).isEqualTo("t");
  }

  @Test
  void aDatabaseThatIsNotThereIsOneSentence() {
    var login = TestPostgres.newDatabase();
    var nowhere =
        new Login(
            login.url() + "_gone?user=x", login.user(), login.password(), 1, Duration.ofSeconds(1));

    assertThatThrownBy(() -> BaseSchema.migrateNamed(nowhere))
        .isInstanceOf(StartFailure.class)
        .hasMessage(
            "Project's database, as supabase_admin at %s_gone: The database refuses the password of this user; correct it in the address or in admin-password."
                .formatted(login.url()));
  }

  /// A new database on a server whose roles exist, in which postgres may make schemas. As much of a
  /// hosted project as our own part leans on.
  private static final String HOSTED =
      """
      create schema auth;
      create table auth.users (id uuid primary key, email text, invited_at timestamptz,
        email_confirmed_at timestamptz, phone_confirmed_at timestamptz, banned_until timestamptz, deleted_at timestamptz);
      create table auth.sessions (id uuid primary key, user_id uuid, not_after timestamptz);
      create table auth.mfa_factors (id uuid primary key, user_id uuid, status text);
      grant usage on schema auth to postgres;
      grant select on all tables in schema auth to postgres;
      create schema storage;
      grant usage on schema storage to postgres;
      create table storage.objects (
        id uuid primary key, bucket_id text, name text, owner uuid, owner_id text, version text,
        metadata jsonb, user_metadata jsonb, created_at timestamptz, updated_at timestamptz,
        unique (bucket_id, name));
      grant all on storage.objects to postgres
      """;

  private static Login notOurs(String sql) {
    migrated();
    var superuser = TestPostgres.newDatabase();
    TestPostgres.execute(superuser, "grant create on database " + name(superuser) + " to postgres");
    TestPostgres.execute(superuser, sql);
    return superuser;
  }

  private static final String MENDED =
      "drop table stabbur.request_hours; drop function stabbur.count_requests() cascade";

  private static final String NOTED =
      "select count(*) from pg_db_role_setting, unnest(setconfig) entry where entry like"
          + " 'stabbur.prepared=%' and setdatabase ="
          + " (select oid from pg_database where datname = current_database())";

  /// To a version before a file of the superuser and one of the owner, which cannot run since its
  /// table is there.
  private static void goBack(Login superuser) {
    TestPostgres.execute(
        superuser,
        """
        drop event trigger stabbur_rights_ddl;
        drop event trigger stabbur_rights_drop;
        drop function extensions.stabbur_rights_watch();
        delete from stabbur.base_objects;
        delete from stabbur.migrations
          where version in ('supabase/0940_rights_watch', 'stabbur/0962_request_hours')\
        """);
  }

  /// The versions of the files in the folder, those below `part` or all.
  private static String files(String part) throws Exception {
    var folder = Path.of(Objects.requireNonNull(BaseSchema.class.getResource("base")).toURI());
    try (var files = Files.walk(folder)) {
      return files
          .map(file -> folder.relativize(file).toString().replace(".sql", ""))
          .filter(file -> file.contains("/") && file.startsWith(part))
          .sorted()
          .collect(Collectors.joining(" "));
    }
  }

  private static Login migrated() {
    return SchemaSetup.newBase();
  }

  private static String tables(Login login, String schema) {
    return String.valueOf(
        TestPostgres.value(
            login,
            """
            select count(*) || ', ' || count(*) filter (where relrowsecurity) || ' with row-level security'
            from pg_class where relnamespace = ?::regnamespace and relkind = 'r'
            """,
            schema));
  }

  private static @Nullable String value(Login login, String sql) {
    return TestPostgres.value(login, sql);
  }

  private static String name(Login login) {
    return login.url().substring(login.url().lastIndexOf('/') + 1);
  }

  private static String sqlState(Login login, String sql) {
    try (var connection =
            DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
        var statement = connection.createStatement()) {
      statement.execute(sql);
      return "00000";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  static String resource(String name) throws Exception {
    try (var in = BaseSchemaTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
