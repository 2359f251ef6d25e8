package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.table.PolicyReads;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.Tables;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which columns the policies of a table look at, and when that is not said.
class PolicyReadsTest {
  private FeedBench bench;

  @BeforeEach
  void open() {
    bench = new FeedBench(TestServer.shared());
    bench.sql(
        "create table members (room int, person uuid, primary key (room, person))",
        "create function sees(room int) returns boolean language plpgsql stable as"
            + " $$ begin return exists (select from members m where m.room = sees.room); end $$",
        "create table notes (id int primary key, room int, owner uuid, word text, amount numeric)",
        "alter table notes enable row level security");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Table table() {
    long oid =
        bench
            .project()
            .admin()
            .transaction(
                Actor.of("postgres"),
                Access.READ,
                tx ->
                    tx.first(
                            Statement.of(
                                "select ?::regclass::oid::int8", bench.schema() + ".notes"),
                            row -> row.getLong(1))
                        .orElseThrow());
    return new Tables(bench.project().admin()).read(oid).orElseThrow();
  }

  private Optional<PolicyReads> reads(String... policies) {
    bench.sql("drop policy if exists a on notes", "drop policy if exists b on notes");
    for (int i = 0; i < policies.length; i++) {
      bench.sql(
          "create policy %s on notes for select using (%s)"
              .formatted(i == 0 ? "a" : "b", policies[i]));
    }
    return PolicyReads.of(bench.project().admin(), table());
  }

  private List<String> columns(String... policies) {
    var table = table();
    return reads(policies).orElseThrow().places().stream()
        .map(place -> table.columns().get(place).name())
        .toList();
  }

  private boolean holds(PolicyReads reads) {
    var asked = new SqlText().add("select coalesce(").append(reads.holds()).add(", false)");
    return bench
        .project()
        .admin()
        .transaction(
            Actor.of(bench.project().admin().login().user()),
            Access.READ,
            tx -> tx.first(asked.statement(), row -> row.getBoolean(1)).orElseThrow());
  }

  @Test
  void columnsOfEveryPolicyAndOfQueriesWithinAreFound() {
    assertThat(columns("true")).isEmpty();
    assertThat(columns("owner = (select auth.uid())")).containsExactly("owner");
    assertThat(columns("sees(room)")).containsExactly("room");
    assertThat(columns("sees(room)", "word = 'a {VAR (' or owner is null"))
        .containsExactly("room", "owner", "word");
    assertThat(
            columns(
                "exists (select from members m where m.room = notes.room and m.person ="
                    + " (select auth.uid()))"))
        .containsExactly("room");
    assertThat(
            columns(
                "exists (select from (select m.person from members m where m.room = notes.room) p"
                    + " where p.person = notes.owner and exists (select from members n where"
                    + " n.person = p.person and n.room::text = notes.word))"))
        .containsExactly("room", "owner", "word");
    assertThat(columns("room in (select m.room from members m where m.person = auth.uid())"))
        .containsExactly("room");
  }

  @Test
  void nothingIsSaidWhereRowsMayBeToldApartOtherwise() {
    bench.sql(
        "create function whole(n notes) returns boolean language sql stable return n.room > 0",
        "create function random_sees(room int) returns boolean language plpgsql volatile as"
            + " $$ begin return random() > 0.5; end $$",
        "create view rooms as select room from members");
    for (var policy :
        List.of(
            "whole(notes)",
            "notes is not null",
            "random_sees(room)",
            "room > random() * 10",
            "tableoid > 0",
            "xmin <> '0'",
            "amount > 1",
            "exists (select from rooms r where r.room = notes.room)",
            "(room, word) > (1, 'a')")) {
      assertThat(reads(policy)).as(policy).isEmpty();
    }
  }

  /// Their checks, casts and operators are code of whoever owns them.
  @Test
  void nothingIsSaidWhereTypesOfTheOwnerWouldBeCompared() {
    bench.sql(
        "create domain small as int check (value < 1000)",
        "create type mood as enum ('good', 'bad')",
        "alter table notes add column size small, add column mood mood, add column moods mood[]");
    for (var policy : List.of("size is null", "mood = 'good'", "moods is null")) {
      assertThat(reads(policy)).as(policy).isEmpty();
    }
    assertThat(columns("word = 'a'")).containsExactly("word");
    for (var type : List.of("small", "mood")) {
      bench.sql(
          "drop table notes",
          "create table notes (id int, key %s, word text, primary key (id, key))".formatted(type),
          "alter table notes enable row level security");
      assertThat(reads("word = 'a'")).as("key of type " + type).isEmpty();
    }
  }

  @Test
  void nothingIsSaidOfATableThatIsGone() {
    var table = table();
    bench.sql("drop table notes");
    assertThat(PolicyReads.of(bench.project().admin(), table)).isEmpty();
  }

  @Test
  void policiesOfTablesThatAreReadCount() {
    var policy = "exists (select from members m where m.room = notes.room)";
    assertThat(reads(policy)).isPresent();
    bench.sql(
        "alter table members enable row level security",
        "create policy often on members for select using (random() > 0.5)");
    assertThat(reads(policy)).isEmpty();
  }

  @Test
  void whateverChangesWhatWasReadIsNoticed() {
    var policy = "sees(room) and exists (select from members m where m.room = notes.room)";
    var restore = "create policy c on members for select using (person = auth.uid())";
    for (var change :
        List.of(
            "alter policy a on notes using (sees(room) and word = 'a')",
            "create policy b on notes for select using (word is null)",
            "drop policy a on notes",
            "alter function sees(int) volatile",
            "create or replace function sees(room int) returns boolean language sql stable"
                + " return true",
            "alter table members disable row level security",
            restore,
            "alter policy c on members using (true)")) {
      var before = reads(policy);
      if (before.isPresent()) {
        assertThat(holds(before.get())).as("before: " + change).isTrue();
        bench.sql(change);
        assertThat(holds(before.get())).as(change).isFalse();
      } else {
        bench.sql("alter function sees(int) stable");
      }
    }
  }
}
