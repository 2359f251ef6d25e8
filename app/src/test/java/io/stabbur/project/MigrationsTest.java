package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.Migrations.Line;
import io.stabbur.project.Migrations.Older;
import io.stabbur.project.Migrations.State;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The user's migrations on a real Postgres; every test has a database of its own.
class MigrationsTest {
  @TempDir Path folder;

  private Login superuser;
  private Database owner;

  @BeforeEach
  void makeDatabase() {
    superuser = SchemaSetup.newBase();
    owner = Database.open(TestPostgres.as("postgres", superuser));
  }

  @AfterEach
  void close() {
    owner.close();
  }

  @Test
  void pendingFilesRunInOrderAndAreRecordedAsTheCliDoes() throws IOException {
    file("20260102000000_two.sql", "alter table public.one add column b int; -- done");
    file("20260101000000_one.sql", "create table public.one (a int);");

    assertThat(apply()).containsExactly("20260101000000_one.sql", "20260102000000_two.sql");

    assertThat(
            value(
                "select string_agg(version || ' ' || name || ' ' || statements::text, ', ' order by version) from supabase_migrations.schema_migrations"))
        .isEqualTo(
            "20260101000000 one {\"create table public.one (a int)\"},"
                + " 20260102000000 two {\"alter table public.one add column b int\"}");
    assertThat(value("select count(*) from stabbur.flyway_history where success")).isEqualTo("2");
    assertThat(apply()).isEmpty();
  }

  @Test
  void aStatementThatMeetsALockIsRolledBackAndTriedAgain() throws Exception {
    execute("create table public.busy (a int); alter table public.busy owner to postgres");
    file(
        "1_one.sql",
        "set lock_timeout = 0;\ncreate table public.first ();\nalter table public.busy add b int;");
    try (var holder =
        DriverManager.getConnection(
            superuser.url(), superuser.user(), superuser.password().reveal())) {
      holder.setAutoCommit(false);
      holder.createStatement().execute("set application_name = 'a report'");
      holder.createStatement().execute("lock table public.busy in access share mode");
      var migrating =
          Executors.newVirtualThreadPerTaskExecutor()
              .submit(() -> impatient(20).apply(Older.REFUSE));
      Await.until(
          "it waits",
          () ->
              value(
                      "select count(*) from pg_locks l join pg_database d on d.oid = l.database where not granted and datname = current_database()")
                  .equals("1"));
      // whoever comes while the lock is waited for goes on when that is given up
      assertThat(value("select count(*) from public.busy")).isEqualTo("0");
      assertThat(value("select to_regclass('public.first') is null")).isEqualTo("t");
      holder.rollback();

      assertThat(migrating.get(20, TimeUnit.SECONDS)).hasSize(1);
    }
    assertThat(value("select count(b) from public.busy")).isEqualTo("0");
  }

  @Test
  void whoHoldsALockToTheEndIsNamedAndNothingWasApplied() throws Exception {
    execute("create table public.busy (a int); alter table public.busy owner to postgres");
    file("1_one.sql", "create table public.first ();\nalter table public.busy add b int;");
    try (var holder =
        DriverManager.getConnection(
            superuser.url(), superuser.user(), superuser.password().reveal())) {
      holder.setAutoCommit(false);
      holder.createStatement().execute("set application_name = 'a report'");
      holder.createStatement().execute("select 'a secret value' from public.busy");

      assertThatThrownBy(() -> impatient(2).apply(Older.REFUSE))
          .isInstanceOf(StartFailure.class)
          .hasMessageMatching(
              "Migration 1_one.sql, line 2: canceling statement due to lock timeout in"
                  + " «alter table public.busy add b int» \\((public\\.)?busy is held by process \\d+ as"
                  + " \\w+ \\(a report\\), in a transaction since \\d+ s\\); nothing of it was applied\\."
                  + " It was tried 2 times and waited 500 ms for a lock each time; run it when that"
                  + " transaction has ended, or end it with `select pg_terminate_backend\\(…\\)`\\.");
      assertThat(value("select to_regclass('public.first') is null")).isEqualTo("t");
    }
    assertThat(apply()).hasSize(1);
  }

  private Migrations impatient(int tries) {
    return new Migrations(
        owner, folder, new LockPatience(Duration.ofMillis(500), tries, Duration.ofMillis(100)));
  }

  @Test
  void objectsBelongToTheOwnerInItsUsualSchema() throws IOException {
    file("1_here.sql", "create table here ();");

    apply();

    assertThat(
            value("select schemaname || ' ' || tableowner from pg_tables where tablename = 'here'"))
        .isEqualTo("public postgres");
  }

  @Test
  void objectsBelongToTheOwnerWhoeverLogsIn() throws IOException {
    file("1_here.sql", "create table here (id uuid default uuid_generate_v4());");

    try (var other = Database.open(superuser)) {
      new Migrations(other, folder).apply(Older.REFUSE);
    }

    assertThat(
            value(
                "select tableowner || ' ' || has_table_privilege('anon', 'public.here', 'select') from pg_tables where tablename = 'here'"))
        .isEqualTo("postgres true");
  }

  @Test
  void whatTheCliRecordedIsNotRunAgain() throws IOException {
    file("20260101000000_one.sql", "select 1 / 0;");
    execute(
        "insert into supabase_migrations.schema_migrations (version, name) values ('20260101000000', 'one'), ('20260103000000', 'elsewhere')");

    assertThat(apply()).isEmpty();
    assertThat(migrations().status())
        .containsExactly(
            new Line("20260101000000", "one", State.APPLIED),
            new Line("20260103000000", "elsewhere", State.DATABASE_ONLY));
  }

  @Test
  void aVersionTheCliMarkedAsRevertedRunsAgain() throws IOException {
    file("1_one.sql", "create table if not exists public.one ();");
    apply();
    execute("delete from supabase_migrations.schema_migrations; drop table public.one");

    assertThat(apply()).containsExactly("1_one.sql");
    assertThat(value("select to_regclass('public.one')")).isEqualTo("one");
  }

  @Test
  void aSyntaxErrorNamesFileLineAndStatementAndLeavesTheDatabaseAsItWas() throws IOException {
    file("1_good.sql", "create table public.good ();");
    file(
        "2_bad.sql",
        "create table public.better ();\n\n-- the next one\ncreate table public.bad (\n  id int primary kee\n);\nselect 1;");

    assertThatThrownBy(this::apply)
        .isInstanceOf(StartFailure.class)
        .hasMessage(
            "Migration 2_bad.sql, line 5: syntax error at or near \"kee\" in"
                + " «create table public.bad ( id int primary kee )»; nothing of it was applied.");

    assertThat(value("select count(*) from pg_class where relnamespace = 'public'::regnamespace"))
        .isEqualTo("0");
    assertThat(value("select count(*) from supabase_migrations.schema_migrations")).isEqualTo("0");
    assertThat(value("select count(*) from stabbur.flyway_history")).isEqualTo("0");
  }

  @Test
  void aMistakeWithoutAPositionNamesTheLineOfTheStatement() throws IOException {
    file("1_bad.sql", "select 'é';\n/* two\nlines */\ninsert into auth.users (id) values (null);");

    assertThatThrownBy(this::apply).hasMessageContaining("1_bad.sql, line 4: null value in column");
  }

  @Test
  void anOlderFileIsRefusedUnlessItIsMeant() throws IOException {
    file("2_two.sql", "create table public.two ();");
    apply();
    file("1_one.sql", "create table public.one ();");

    assertThatThrownBy(this::apply)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("1_one.sql is older than 2")
        .hasMessageContaining("--include-all");
    assertThat(migrations().apply(Older.INCLUDE)).hasSize(1);
    assertThat(migrations().status())
        .containsExactly(new Line("1", "one", State.APPLIED), new Line("2", "two", State.APPLIED));
  }

  @Test
  void aFileThatWasEditedAfterItRanIsRefused() throws IOException {
    file("1_one.sql", "create table public.one (a int);");
    apply();
    file("1_one.sql", "create table public.one (a int, b int);");
    file("2_two.sql", "create table public.two ();");

    assertThatThrownBy(this::apply)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("Migration 1_one.sql was edited after it ran")
        .hasMessageContaining("migrate --accept-changed");
    assertThat(value("select to_regclass('public.two') is null")).isEqualTo("t");
    assertThat(migrations().status())
        .containsExactly(new Line("1", "one", State.CHANGED), new Line("2", "two", State.PENDING));
  }

  @Test
  void whatWasEditedMayBeAccepted() throws IOException {
    file("1_one.sql", "create table public.one (a int);");
    apply();
    file("1_one.sql", "create table public.one (a int, b int);");

    assertThat(migrations().acceptChanged())
        .extracting(MigrationFile::fileName)
        .containsExactly("1_one.sql");

    assertThat(apply()).isEmpty();
    assertThat(migrations().status()).containsExactly(new Line("1", "one", State.APPLIED));
    assertThat(value("select statements::text from supabase_migrations.schema_migrations"))
        .contains("a int, b int");
    assertThat(migrations().acceptChanged()).isEmpty();
  }

  @Test
  void layoutAndCommentsMayChange() throws IOException {
    file("1_one.sql", "-- one\ncreate table public.one (a int); /* or */ select ';--';");
    apply();
    file(
        "1_one.sql",
        "create table public.one\r\n(\r\n  a int -- a number\r\n);\r\n\r\nselect ';--'\r\n;\r\n");

    assertThat(apply()).isEmpty();
    file("1_one.sql", "create table public.one (a int); select ';-- ';");
    assertThat(apply()).isEmpty();
    file("1_one.sql", "create table public.one (a int); select ';++';");
    assertThatThrownBy(this::apply).hasMessageContaining("was edited after it ran");
  }

  @Test
  void aLaterFileMayUseANewEnumValue() throws IOException {
    file("1_type.sql", "create type public.mood as enum ('well');");
    file("2_value.sql", "alter type public.mood add value 'unwell';");
    file("3_use.sql", "create table public.moods (mood public.mood default 'unwell');");

    assertThat(apply()).hasSize(3);
  }

  @Test
  void aFileThatCannotRunInATransactionRunsWithoutOne() throws IOException {
    file("1_table.sql", "create table public.one (a int);");
    file("2_index.sql", "create index concurrently one_a on public.one (a);");
    file("3_more.sql", "alter table public.one add column b int;");

    assertThat(apply()).hasSize(3);

    assertThat(value("select to_regclass('public.one_a')")).isEqualTo("one_a");
    assertThat(value("select count(*) from supabase_migrations.schema_migrations")).isEqualTo("3");
  }

  @Test
  void aMistakeOutsideATransactionIsSaidAndNotRecorded() throws IOException {
    file("1_table.sql", "create table public.one (a int);");
    file("2_index.sql", "create index concurrently one_a on public.one (a);\nselect 1 / 0;");

    assertThatThrownBy(this::apply)
        .isInstanceOf(StartFailure.class)
        .hasMessage(
            "Migration 2_index.sql, line 2: division by zero in «select 1 / 0»; what is before it was applied.");

    assertThat(value("select string_agg(version, ' ') from supabase_migrations.schema_migrations"))
        .isEqualTo("1");

    Files.delete(folder.resolve("2_index.sql"));
    file("3_index.sql", "create index concurrently if not exists one_a on public.one (a);");
    assertThat(apply()).as("under another name").containsExactly("3_index.sql");
  }

  @Test
  void settingsOfOneFileDoNotReachTheNext() throws IOException {
    file("1_dump.sql", "select pg_catalog.set_config('search_path', '', false); set role anon;");
    file("2_next.sql", "create table next ();");

    apply();

    assertThat(value("select to_regclass('public.next')")).isEqualTo("next");
  }

  @Test
  void transactionBracketsOfAFileDoNotCommitEarly() throws IOException {
    file("1_brackets.sql", "begin;\ncreate table public.one ();\ncommit;\nselect 1 / 0;");

    assertThatThrownBy(this::apply).hasMessageContaining("division by zero");

    assertThat(value("select to_regclass('public.one') is null")).isEqualTo("t");
  }

  @Test
  void aCommentedBracketDoesNotCommitEarly() throws IOException {
    file("1_brackets.sql", "begin;\ncreate table public.one ();\ncommit /* now */;\nselect 1 / 0;");

    assertThatThrownBy(this::apply).hasMessageContaining("division by zero");

    assertThat(value("select to_regclass('public.one') is null")).isEqualTo("t");
  }

  @Test
  void aStartTellsOneMistakeAndTriesNothing() throws IOException {
    file("1_one.sql", "select 1 / 0;");
    file("2_two.sql", "create tabel public.two ();");

    assertThatThrownBy(this::apply).hasMessageEndingWith("; nothing of it was applied.");
    assertThatThrownBy(() -> migrations().applyOrTellAll(Older.REFUSE))
        .hasMessageContaining("These would fail too: Migration 2_two.sql, line 1: syntax error");
  }

  @Test
  void aTrialLeavesOutWhatARollbackDoesNotTakeBack() throws IOException {
    execute(
        "create sequence public.numbers; select setval('public.numbers', 70);"
            + " create function public.again() returns bigint language sql as $$ select pg_catalog.setval ('public.numbers', 2) $$;"
            + " grant all on sequence public.numbers to postgres");
    file(
        "1_one.sql",
        """
        create table public.one (a int);
        select pg_catalog.setval('public.numbers', 1);
        do $$ begin perform setval('public.numbers', 3); end $$;
        select public.again();
        create function public.more() returns bigint language sql as $$ select setval('public.numbers', 4) $$;
        select more();
        drop function public.more();
        """);

    var trial = migrations().plan(Older.REFUSE);

    assertThat(trial.mistakes()).isEmpty();
    assertThat(trial.untried())
        .hasSize(4)
        .allMatch(text -> text.contains("what it does would outlast the trial in «"))
        .anyMatch(text -> text.contains("line 4") && text.endsWith("«select public.again()»"))
        .anyMatch(text -> text.contains("line 6"));
    assertThat(value("select last_value from public.numbers")).isEqualTo("70");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "commit and chain",
        "end and chain",
        "COMMIT /* x */ and no chain",
        "/* x */ commit transaction -- x\n",
        "prepare /* x */ transaction 'x'",
        "rollback",
        "abort",
        "savepoint a",
        "release a",
        "start transaction read only"
      })
  void aTrialIsNotEndedByAFile(String statement) throws IOException {
    file("1_one.sql", "create table public.one ();\n" + statement + ";\nselect 1 / 0;");

    var trial = migrations().plan(Older.REFUSE);

    assertThat(trial.mistakes()).singleElement().asString().contains("division by zero");
    assertThat(trial.untried())
        .allMatch(text -> text.contains("it would steer the transaction of the trial"));
    assertThat(value("select to_regclass('public.one') is null")).isEqualTo("t");
  }

  @Test
  void aTrialThatIsEndedNonethelessSaysSo() throws IOException {
    file(
        "1_one.sql",
        "create table public.one ();\nset standard_conforming_strings = off;\nselect '\\''; commit; --';\nselect 1 / 0;");

    assertThat(migrations().plan(Older.REFUSE).mistakes())
        .containsExactly(
            "The trial ended early: 1_one.sql, line 3, ended its transaction, so what is before it"
                + " may have been kept");
  }

  @Test
  void aTrialDoesNotLastLong() throws IOException {
    file("1_one.sql", "set statement_timeout = 0;\nselect pg_sleep(20);\nselect 1 / 0;");

    var trial =
        MigrationTrial.of(
            owner, migrations().pending(Older.REFUSE), Set.of(), Duration.ofMillis(50));

    assertThat(trial.mistakes()).singleElement().asString().contains("division by zero");
    assertThat(trial.untried()).singleElement().asString().contains("statement timeout");
  }

  @Test
  void jdbcAndPlaceholderSignsArePlainText() throws IOException {
    file(
        "1_signs.sql",
        "create table public.t (a jsonb default '{\"x\": \"${y}\"}', b boolean default '{}'::jsonb ? 'k');");

    apply();

    assertThat(
            value(
                "select column_default from information_schema.columns where table_name = 't' and column_name = 'a'"))
        .contains("${y}");
  }

  @Test
  void aPulledSchemaMayAskForExtensionsOfHostedProjects() throws IOException {
    file(
        "1_remote_schema.sql",
        """
        CREATE EXTENSION IF NOT EXISTS "pg_graphql" WITH SCHEMA "graphql";
        CREATE EXTENSION IF NOT EXISTS "supabase_vault" WITH SCHEMA "vault";
        CREATE EXTENSION IF NOT EXISTS "pgcrypto" WITH SCHEMA "extensions";
        ALTER PUBLICATION "supabase_realtime" OWNER TO "postgres";
        """);
    file("2_needed.sql", "create extension pg_graphql;");

    assertThatThrownBy(this::apply).hasMessageContaining("2_needed.sql, line 1");
    Files.delete(folder.resolve("2_needed.sql"));
    assertThat(apply()).hasSize(1);
  }

  @Test
  void otherFilesAreLeft() throws IOException {
    file("notes.txt", "not SQL");
    file("draft.sql", "nonsense");
    Files.createDirectory(folder.resolve("20260101000000_folder.sql"));
    file("1_one.sql", "select 1;");

    assertThat(apply()).containsExactly("1_one.sql");
  }

  @Test
  void twoFilesOfOneVersionAreRefused() throws IOException {
    file("1_one.sql", "select 1;");
    file("1_other.sql", "select 1;");

    assertThatThrownBy(this::apply)
        .isInstanceOf(StartFailure.class)
        .hasMessage("The migrations 1_one.sql and 1_other.sql have the same version; rename one.");
  }

  @Test
  void aMissingFolderHasNothingPending() {
    assertThat(new Migrations(owner, folder.resolve("none")).apply(Older.REFUSE)).isEmpty();
  }

  @Test
  void twoStartsAtOnceRunEachFileOnce() throws Exception {
    for (int i = 1; i <= 5; i++) {
      file(i + "_step.sql", "select pg_sleep(0.02); create table public.step_" + i + " ();");
    }
    Callable<List<String>> start = this::apply;
    try (var threads = Executors.newFixedThreadPool(3)) {
      for (var run : threads.invokeAll(List.of(start, start, start))) {
        run.get();
      }
    }

    assertThat(value("select count(*) from pg_tables where tablename like 'step_%'"))
        .isEqualTo("5");
    assertThat(value("select count(*) from supabase_migrations.schema_migrations")).isEqualTo("5");
  }

  private Migrations migrations() {
    return new Migrations(owner, folder);
  }

  private List<String> apply() {
    return migrations().apply(Older.REFUSE).stream().map(MigrationFile::fileName).toList();
  }

  private void file(String name, String sql) throws IOException {
    Files.writeString(folder.resolve(name), sql);
  }

  private void execute(String sql) {
    TestPostgres.execute(superuser, sql);
  }

  private String value(String sql) {
    return String.valueOf(TestPostgres.value(superuser, sql));
  }
}
