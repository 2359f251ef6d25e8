package io.stabbur.moving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.ClientPrograms;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What stands in the way of a move is said before anything is written.
class MoveConflictsTest {
  private static final HostedHouse HOUSE = HostedHouse.shared();

  @Test
  void aTargetWithTablesIsRefused() {
    var target = HOUSE.empty();
    TestPostgres.execute(target, "create table public.mine ()");
    refused(
        HOUSE.login(), target, "The target has table public.mine already; use a project whose own");
  }

  @Test
  void aTargetWithAccountsIsRefused() {
    var target = HOUSE.empty();
    TestPostgres.execute(target, "insert into auth.users (id) values (gen_random_uuid())");
    refused(HOUSE.login(), target, "The target has rows in auth.users already; use a new project.");
  }

  @Test
  void aColumnThatTheTargetNeedsIsMissed() {
    var target = HOUSE.empty();
    TestPostgres.execute(
        HOUSE.superuser(target), "alter table auth.sessions add column later text not null");
    refused(
        HOUSE.login(),
        target,
        "The target needs a value for auth.sessions.later, which the source does not have");
  }

  @Test
  void anExtensionThatTablesNeedIsMissed() {
    var source = HOUSE.another();
    var superuser = HOUSE.superuser(source);
    // Postgres 17 has neither
    TestPostgres.execute(superuser, "create extension old_snapshot; create extension adminpack");
    TestPostgres.execute(
        superuser,
        "create view public.snapshots as select * from public.pg_old_snapshot_time_mapping()");
    var target = TestPostgres.newDatabase();
    try (var move = open(source, target)) {
      assertThat(move.plan().conflicts())
          .anyMatch(line -> line.contains("has no extension old_snapshot, which tables"))
          .anyMatch(line -> line.contains("has no schemas auth and storage"));
      assertThat(move.plan().staysBehind()).anyMatch(line -> line.contains("extension adminpack"));
    }
  }

  @Test
  void aSourceOfANewerVersionIsRefused() {
    var conflicts =
        refused(TestPostgres.newDatabase(), HOUSE.empty(), "The database is Postgres 17");
    assertThat(conflicts)
        .contains(
            "The source is Postgres 17 and the target 15; use a target of version 17 or later.",
            "The source has no schemas auth and storage; it is no Supabase project.");
  }

  @Test
  void columnsOfAnotherVersionOfTheAuthServerAreNamed() {
    var source = HOUSE.another();
    TestPostgres.execute(
        HOUSE.superuser(source),
        "alter table auth.users add column strange text; alter table auth.sessions drop column scopes");
    var target = HOUSE.empty();
    try (var move = open(source, target)) {
      assertThat(move.plan().staysBehind())
          .contains("column auth.users.strange, which the target does not have");
      assertThat(move.run()).isEmpty();
    }
    assertThat(TestPostgres.value(target, "select count(*) from auth.sessions")).isEqualTo("1");
  }

  @Test
  void aColumnOfATypeOfThePlatformIsRefusedWhereThatIsMissing() {
    var source = HOUSE.another();
    TestPostgres.execute(
        HOUSE.superuser(source),
        """
        create schema stabbur_organization;
        create domain stabbur_organization.personal as text;
        create table public.pupils (name stabbur_organization.personal)""");
    refused(
        source,
        HOUSE.empty(),
        "The target has no type stabbur_organization.personal, which the column public.pupils.name is of");
  }

  @Test
  void aColumnOfCiphertextIsRefusedWhateverTheTarget() {
    var source = HOUSE.another();
    var target = HOUSE.empty();
    for (var project : List.of(source, target)) {
      TestPostgres.execute(
          HOUSE.superuser(project),
          """
          create schema stabbur_organization;
          create domain stabbur_organization.personal as text;
          create table stabbur_organization.kept (a int);
          create table stabbur_organization.unused (a int);
          insert into stabbur_organization.kept values (1)""");
    }
    TestPostgres.execute(
        HOUSE.superuser(source),
        """
        create domain public.nickname as stabbur_organization.personal;
        create table public.pupils (
          id int, name stabbur_organization.personal, others stabbur_organization.personal[], nick public.nickname)""");
    assertThat(refused(source, target, "The column public.pupils.name holds ciphertext"))
        .filteredOn(line -> line.contains("ciphertext"))
        .hasSize(3);
    try (var move = open(source, target)) {
      assertThat(move.plan().staysBehind())
          .filteredOn(line -> line.contains("stabbur_organization."))
          .containsExactly("table stabbur_organization.kept of Stabbur");
    }
  }

  @Test
  void whatHasTheRightsOfALesserOwnerIsRefused() {
    var source = HOUSE.another();
    TestPostgres.execute(
        HOUSE.superuser(source),
        """
        do $$ begin
          if to_regrole('lesser') is null then create role lesser; end if;
        end $$;
        create view public.some_notes as select id from public.notes;
        create view public.asked_notes with (security_invoker = on) as select id from public.notes;
        create materialized view public.kept_notes as select 1 as id;
        create function public.count_notes() returns bigint language sql security definer as 'select 1::bigint';
        create function public.plain() returns bigint language sql as 'select 1::bigint';
        create view public.strong as select 1 as one;
        alter view public.some_notes owner to lesser;
        alter view public.asked_notes owner to lesser;
        alter materialized view public.kept_notes owner to lesser;
        alter function public.count_notes() owner to lesser;
        alter function public.plain() owner to lesser""");
    assertThat(
            refused(
                source,
                HOUSE.empty(),
                "The view public.some_notes has the rights of its owner lesser"))
        .filteredOn(line -> line.contains("rights of its owner"))
        .hasSize(3)
        .anyMatch(line -> line.startsWith("The function public.count_notes()"))
        .anyMatch(line -> line.startsWith("The materialized view public.kept_notes"));
  }

  @Test
  void aForeignTableIsRefused() {
    var source = HOUSE.another();
    TestPostgres.execute(
        HOUSE.superuser(source),
        """
        create extension postgres_fdw;
        create server elsewhere foreign data wrapper postgres_fdw;
        create foreign table public.far (a int) server elsewhere""");
    refused(source, HOUSE.empty(), "public.far is a foreign table");
  }

  @Test
  void aWrongPasswordAndASourceThatIsAwayAreSaidWithoutThePassword() {
    var login = HOUSE.login();
    var wrong =
        new Login(login.url(), login.user(), Secret.of("wrong secret"), 1, login.patience());
    assertThatThrownBy(() -> open(wrong, HOUSE.login()))
        .isInstanceOf(StartFailure.class)
        .hasMessageStartingWith("The source: The database refuses the password of this user")
        .hasMessageNotContaining("wrong secret");
    var away =
        new Login(
            "jdbc:postgresql://127.0.0.1:" + TestServer.freePort() + "/postgres",
            "postgres",
            Secret.of("wrong secret"),
            1,
            login.patience());
    assertThatThrownBy(() -> open(away, HOUSE.login()))
        .hasMessageStartingWith("The source: Nothing listens at this host and port");
    assertThatThrownBy(() -> open(HOUSE.login(), away))
        .hasMessageStartingWith("The target: Nothing listens at this host and port");
  }

  @Test
  void aTriggerThatIsSwitchedOffStaysOffOrBehind() {
    var source = HOUSE.another();
    TestPostgres.execute(
        HOUSE.superuser(source),
        """
        create trigger asleep before insert on auth.users for each row execute function public.handle_new_user();
        alter table auth.users disable trigger asleep""");
    var owner = HOUSE.empty();
    TestPostgres.execute(HOUSE.superuser(owner), "alter table auth.users owner to postgres");
    try (var move = open(source, owner)) {
      assertThat(move.run()).isEmpty();
    }
    assertThat(
            TestPostgres.value(owner, "select tgenabled from pg_trigger where tgname = 'asleep'"))
        .isEqualTo("D");
    var other = HOUSE.empty();
    try (var move = open(source, other)) {
      assertThat(move.plan().staysBehind())
          .anyMatch(line -> line.startsWith("trigger asleep on auth.users, which is switched off"));
      assertThat(move.run()).isEmpty();
    }
    assertThat(TestPostgres.value(other, "select count(*) from pg_trigger where tgname = 'asleep'"))
        .isEqualTo("0");
  }

  @Test
  void aPasswordForAKeyIsNotShownInTheListOfProcesses() {
    var source = HOUSE.login().at(HOUSE.login().url() + "?sslmode=disable&sslpassword=hidden");
    assertThat(refused(source, HOUSE.empty(), "The database's address has an sslpassword"))
        .noneMatch(line -> line.contains("hidden"));
  }

  /// The plan's conflicts, of which one says this; nothing is written.
  private static List<String> refused(Login source, Login target, String conflict) {
    var before = objects(target);
    try (var move = open(source, target)) {
      var conflicts = move.plan().conflicts();
      assertThat(conflicts).anyMatch(line -> line.startsWith(conflict));
      assertThatThrownBy(move::run).isInstanceOf(StartFailure.class);
      assertThat(objects(target)).isEqualTo(before);
      return conflicts;
    }
  }

  private static String objects(Login login) {
    return String.valueOf(
        TestPostgres.value(
            login,
            "select (select count(*) from pg_class) || ' ' || (select count(*) from pg_namespace)"
                + " || ' ' || (select count(*) from pg_proc)"));
  }

  private static Move open(Login source, Login target) {
    return Move.open(
        source, target, ClientPrograms.installed(), Optional.empty(), (what, name, detail) -> {});
  }
}
