package io.stabbur.moving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.ClientPrograms;
import io.stabbur.testing.TestPostgres;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A move that was interrupted goes on when it is run again, wherever that was.
class MoveResumeTest {
  private static final HostedHouse HOUSE = HostedHouse.shared();

  /// What both sides must answer alike.
  private static final String CONTENT =
      """
      select md5(string_agg(t, ',' order by t)) from (
        select n::text as t from public.notes n union all select l::text from public.loose l
        union all select u::text from auth.users u union all select h::text from public.hens h
        union all select o::text from storage.objects o union all select e::text from public.events e
        union all select last_value::text from public.tickets
        union all select format('%s %s', tablename, policyname) from pg_policies
        union all select format('%s %s', tgname, tgrelid::regclass) from pg_trigger where not tgisinternal
        union all select conname::text from pg_constraint where connamespace = 'public'::regnamespace) x""";

  private static final String UNPROVEN =
      """
      create schema stabbur_auth authorization postgres;
      create table stabbur_auth.unproven (user_id uuid primary key, given_out boolean not null, provable boolean not null);
      alter table stabbur_auth.unproven owner to postgres""";

  /// Throws when it has been told so often.
  private static final class Stops implements Progress {
    private final int at;
    private int told;

    Stops(int at) {
      this.at = at;
    }

    @Override
    public void at(String what, String name, String detail) {
      if (++told == at) {
        throw new Stopped();
      }
    }
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @ValueSource(strings = {"constraints", "attached"})
  void aMoveThatIsStoppedAtAStepGoesOn(String step) {
    var target = HOUSE.empty();
    Progress stops =
        (what, name, detail) -> {
          if (what.equals(step)) {
            throw new Stopped();
          }
        };
    assertThatThrownBy(() -> run(HOUSE.login(), target, stops)).isInstanceOf(Stopped.class);
    run(HOUSE.login(), target, (what, name, detail) -> {});
    equal(HOUSE.login(), target);
  }

  @Test
  void aGuardedPartitionedTableLetsNobodyInFromTheBeginning() {
    var source = HOUSE.another();
    TestPostgres.execute(
        source,
        "alter table public.events enable row level security; grant select on public.events to anon");
    var target = HOUSE.empty();
    seesNoEvents(source);
    Progress stops =
        (what, name, detail) -> {
          if (what.equals("constraints")) {
            throw new Stopped();
          }
        };
    assertThatThrownBy(() -> run(source, target, stops)).isInstanceOf(Stopped.class);
    assertThat(TestPostgres.value(target, "select count(*) from public.events")).isEqualTo("3");
    seesNoEvents(target);
  }

  private static void seesNoEvents(Login project) {
    TestPostgres.execute(
        HOUSE.superuser(project),
        """
        set role anon;
        do $$ begin
          if exists (select from public.events) then raise 'anon sees events'; end if;
        end $$""");
  }

  @Test
  void whoIsUnprovenInAStabburStaysSo() {
    var source = HOUSE.another();
    var target = HOUSE.empty();
    for (var project : List.of(source, target)) {
      TestPostgres.execute(HOUSE.superuser(project), UNPROVEN);
    }
    TestPostgres.execute(
        source,
        "insert into stabbur_auth.unproven select id, true, false from auth.users where email like 'person1@%'");
    run(source, target, (what, name, detail) -> {});
    assertThat(
            TestPostgres.value(
                target, "select string_agg(u::text, ',') from stabbur_auth.unproven u"))
        .isEqualTo("(00000000-0000-4000-8000-000000000001,t,f)");
  }

  /// Two minutes on two cores.
  @Test
  @Tag("nightly")
  void aMoveThatIsStoppedAtTwentyRandomPointsGoesOn() {
    var counting = new Stops(-1);
    run(HOUSE.login(), HOUSE.empty(), counting);
    var random = new Random();
    for (int i = 0; i < 20; i++) {
      stopAndResume(HOUSE.login(), 1 + random.nextInt(counting.told));
    }
  }

  @Test
  void aMoveWhoseConnectionIsCutWithinATableGoesOn() {
    var target = HOUSE.empty();
    var superuser = HOUSE.superuser(target);
    Progress cuts =
        (what, name, detail) -> {
          if (what.equals("rows") && name.equals("public.loose") && detail.isEmpty()) {
            TestPostgres.execute(
                superuser,
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name ="
                    + " 'stabbur move' and datname = current_database()");
          }
        };
    assertThatThrownBy(() -> run(HOUSE.login(), target, cuts))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("terminating connection");
    run(HOUSE.login(), target, (what, name, detail) -> {});
    equal(HOUSE.login(), target);
  }

  @Test
  void whatChangedInTheSourceMeanwhileComesAnew() {
    var source = HOUSE.another();
    var target = HOUSE.empty();
    assertThatThrownBy(() -> run(source, target, new Stops(112))).isInstanceOf(Stopped.class);
    TestPostgres.execute(source, "update public.notes set body = 'changed' where id = 7");
    TestPostgres.execute(source, "delete from public.members");
    TestPostgres.execute(source, "select nextval('public.tickets')");
    run(source, target, (what, name, detail) -> {});
    equal(source, target);
    assertThat(TestPostgres.value(target, "select body from public.notes where id = 7"))
        .isEqualTo("changed");
  }

  @Test
  void aSourceWhoseTablesWereChangedMeanwhileIsRefused() {
    var source = HOUSE.another();
    var target = HOUSE.empty();
    assertThatThrownBy(() -> run(source, target, new Stops(20))).isInstanceOf(Stopped.class);
    TestPostgres.execute(source, "alter table public.notes add column more text");
    assertThatThrownBy(() -> run(source, target, (what, name, detail) -> {}))
        .hasMessageContaining("The source's tables or functions were changed");
  }

  @Test
  void aMoveFromAnotherSourceIsRefused() {
    var target = HOUSE.empty();
    assertThatThrownBy(() -> run(HOUSE.login(), target, new Stops(20))).isInstanceOf(Stopped.class);
    assertThatThrownBy(() -> run(HOUSE.empty(), target, (what, name, detail) -> {}))
        .hasMessageContaining("the beginning of a move from another database");
  }

  @Test
  void twoMovesAtOnceAreRefused() {
    var target = HOUSE.empty();
    assertThatThrownBy(
            () ->
                run(
                    HOUSE.login(),
                    target,
                    (what, name, detail) -> run(HOUSE.login(), target, (other, of, its) -> {})))
        .hasMessageContaining("Another move into this database is under way");
    run(HOUSE.login(), target, (what, name, detail) -> {});
  }

  private static void stopAndResume(Login source, int at) {
    var target = HOUSE.empty();
    assertThatThrownBy(() -> run(source, target, new Stops(at))).isInstanceOf(Stopped.class);
    run(source, target, (what, name, detail) -> {});
    equal(source, target);
  }

  private static void equal(Login source, Login target) {
    assertThat(TestPostgres.value(target, CONTENT)).isEqualTo(TestPostgres.value(source, CONTENT));
  }

  private static void run(Login source, Login target, Progress progress) {
    try (var move =
        Move.open(source, target, ClientPrograms.installed(), Optional.empty(), progress)) {
      assertThat(move.run()).isEmpty();
      assertThat(move.isFinished()).isTrue();
    }
  }
}
