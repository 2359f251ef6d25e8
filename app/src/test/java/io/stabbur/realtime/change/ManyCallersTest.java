package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.identity.Caller;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Policies asked for many subscribers in one statement answer as they would for each alone.
class ManyCallersTest {
  private static final int MANY = 40;
  private final List<UUID> people = new ArrayList<>();
  private FeedBench bench;

  @BeforeEach
  void open() {
    bench = new FeedBench(TestServer.shared());
    for (int i = 0; i < MANY; i++) {
      people.add(UUID.randomUUID());
    }
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private List<Recorder> everybody() {
    return people.stream().map(who -> bench.listen(bench.user(who.toString()), "notes")).toList();
  }

  private void insertOneForEach() {
    bench.sql(
        people.stream()
            .map(who -> "insert into notes values ('key \"' || '" + who + "', '" + who + "')")
            .toArray(String[]::new));
  }

  private void eachGetsItsOwn(List<Recorder> all) {
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).next().text()).contains("key \\\"" + people.get(i));
    }
    assertThat(all).allSatisfy(got -> assertThat(got.rest()).isEmpty());
  }

  @Test
  void eachSeesItsOwnRow() {
    bench.guarded("notes", "id text primary key, owner uuid", "owner = (select auth.uid())");
    var all = everybody();
    insertOneForEach();
    eachGetsItsOwn(all);
  }

  @Test
  void whatAPolicyKeepsInASettingIsGoneForTheNext() {
    bench.guarded(
        "notes",
        "id text primary key, owner uuid",
        "owner::text = coalesce(nullif(current_setting('app.person', true), ''),"
            + " set_config('app.person', auth.uid()::text, false))");
    var all = everybody();
    insertOneForEach();
    eachGetsItsOwn(all);
  }

  @Test
  void whoFailsAmongManyLosesItsOwnEventsAlone() {
    bench.guarded(
        "notes",
        "id text primary key, owner uuid",
        "owner = (auth.jwt() ->> 'sub')::uuid and (auth.jwt() ->> 'level')::int > 0");
    var all = new ArrayList<Recorder>();
    for (int i = 0; i < MANY; i++) {
      var level = i == 7 ? "high" : "1";
      var claims = Map.of("sub", people.get(i).toString(), "level", level);
      all.add(bench.listen(bench.caller("authenticated", claims), "notes"));
    }
    insertOneForEach();
    var broken = all.remove(7);
    people.remove(7);
    eachGetsItsOwn(all);
    assertThat(broken.rest()).isEmpty();
  }

  @Test
  void anImmutableFunctionThatReadsTheClaimsAnswersEachOrganizationItsOwn() {
    bench.sql(
        "create function my_org() returns text language sql immutable as"
            + " $$ select current_setting('request.jwt.claims', true)::json ->> 'org' $$");
    bench.guarded("notes", "id int primary key, org text", "org = my_org()");
    organizationsHearTheirOwn();
  }

  @Test
  void soDoesOneThatAnotherFunctionCalls() {
    bench.sql(
        "create function my_org() returns text language sql immutable as"
            + " $$ select current_setting('request.jwt.claims', true)::json ->> 'org' $$",
        "create function is_mine(org text) returns boolean language sql stable as"
            + " $$ select org = %s.my_org() $$".formatted(bench.schema()));
    bench.guarded("notes", "id int primary key, org text", "is_mine(org)");
    organizationsHearTheirOwn();
  }

  @Test
  void whatAFunctionBehindAnotherKeepsInASettingIsGoneForTheNext() {
    bench.sql(
        """
        create function my_org() returns text language plpgsql stable as $$
        declare kept text := nullif(current_setting('app.org', true), '');
        begin
          return coalesce(kept, set_config('app.org',
            current_setting('request.jwt.claims', true)::json ->> 'org', true));
        end $$\
        """,
        """
        create function in_my_org(wanted text) returns boolean language plpgsql stable as $$
        begin
          return wanted = %s."my_org" /* by a name in quotes */ ();
        end $$\
        """
            .formatted(bench.schema()));
    bench.guarded("notes", "id int primary key, org text", "in_my_org(org)");
    organizationsHearTheirOwn();
  }

  /// Several of each, and three or one at a time: those who are few are asked apart in any case.
  private void organizationsHearTheirOwn() {
    var north = new ArrayList<Recorder>();
    var south = new ArrayList<Recorder>();
    for (int i = 0; i < 6; i++) {
      north.add(bench.listen(ofOrganization("north", i), "notes"));
      south.add(bench.listen(ofOrganization("south", i), "notes"));
    }
    hearTheirOwn(north, south, 0);
    var few = new ArrayList<Recorder>();
    bench.endAll();
    few.add(bench.listen(ofOrganization("north", 7), "notes"));
    few.add(bench.listen(ofOrganization("south", 7), "notes"));
    hearTheirOwn(List.of(few.getFirst()), List.of(few.getLast()), 100);
  }

  private Caller ofOrganization(String name, int number) {
    return bench.caller("authenticated", Map.of("org", name, "n", "" + number));
  }

  private void hearTheirOwn(List<Recorder> north, List<Recorder> south, int first) {
    for (int i = first; i < first + 16; i += 2) {
      bench.sql(
          "insert into notes values (%d, 'north')".formatted(i),
          "insert into notes values (%d, 'south')".formatted(i + 1));
      for (var each : north) {
        assertThat(each.next().text()).contains("north").doesNotContain("south");
      }
      for (var each : south) {
        assertThat(each.next().text()).contains("south").doesNotContain("north");
      }
    }
    assertThat(north).allSatisfy(got -> assertThat(got.rest()).isEmpty());
    assertThat(south).allSatisfy(got -> assertThat(got.rest()).isEmpty());
  }

  @Test
  void rolesAreAskedApart() {
    bench.guarded("notes", "id text primary key, owner uuid", "owner = (select auth.uid())");
    var all = everybody();
    var anon = new ArrayList<Recorder>();
    for (int i = 0; i < 5; i++) {
      anon.add(bench.listen(bench.caller("anon", Map.of("n", "" + i)), "notes"));
    }
    var service = new ArrayList<Recorder>();
    for (int i = 0; i < 5; i++) {
      service.add(bench.listen(bench.caller("service_role", Map.of("n", "" + i)), "notes"));
    }
    insertOneForEach();
    eachGetsItsOwn(all);
    assertThat(anon).allSatisfy(got -> assertThat(got.rest()).isEmpty());
    assertThat(service).allSatisfy(got -> assertThat(got.rest()).hasSize(MANY));
  }
}
