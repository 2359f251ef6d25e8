package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Filters of bindings: what they let pass, compared as Postgres compares.
class ChangeFiltersTest {
  private static final String ALICE = "11111111-1111-4111-8111-111111111111";
  private FeedBench bench;

  @BeforeEach
  void open() {
    bench = new FeedBench(TestServer.shared());
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void everyOperatorComparesAsPostgresDoes() {
    bench.sql("create type mood as enum ('sad', 'ok', 'happy')");
    bench.table(
        "things",
        "id int primary key, word text, price numeric, ratio float8, moment timestamptz, done"
            + " boolean, mood mood, code char(5), key uuid, day date");
    var filters =
        Map.ofEntries(
            Map.entry("word=eq.apple", List.of(1)),
            Map.entry("word=neq.apple", List.of(2, 3)),
            Map.entry("word=not.eq.apple", List.of(2, 3)),
            Map.entry("word=gt.b", List.of(2, 3)),
            Map.entry("word=like.a%", List.of(1)),
            Map.entry("word=not.like.a%", List.of(2, 3)),
            Map.entry("word=ilike.A%", List.of(1)),
            Map.entry("word=match.^b.*a$", List.of(2)),
            Map.entry("word=imatch.^B", List.of(2)),
            Map.entry("word=is.null", List.of(4)),
            Map.entry("word=not.is.null", List.of(1, 2, 3)),
            Map.entry("word=isdistinct.apple", List.of(2, 3, 4)),
            Map.entry("word=not.isdistinct.apple", List.of(1)),
            Map.entry("word=in.(apple,banana)", List.of(1, 2)),
            Map.entry("word=not.in.(apple,banana)", List.of(3)),
            Map.entry("word=in.(\"a,b\",\"c, d\")", List.of(3)),
            Map.entry("price=eq.1", List.of(1)),
            Map.entry("price=eq.1.000", List.of(1)),
            Map.entry("price=gte.10", List.of(2, 3)),
            Map.entry("price=lt.9", List.of(1)),
            Map.entry("price=in.(1,20.50)", List.of(1, 2)),
            Map.entry("ratio=eq.0", List.of(1)),
            Map.entry("ratio=eq.NaN", List.of(2)),
            Map.entry("moment=eq.2026-01-01T01:00:00+01:00", List.of(1)),
            Map.entry("moment=gt.2026-01-01", List.of(2)),
            Map.entry("done=is.true", List.of(1)),
            Map.entry("done=eq.true", List.of(1)),
            Map.entry("done=is.false", List.of(2)),
            Map.entry("done=is.unknown", List.of(3, 4)),
            Map.entry("mood=lt.happy", List.of(1, 2)),
            Map.entry("mood=eq.ok", List.of(2)),
            Map.entry("code=eq.ab", List.of(1)),
            Map.entry("key=eq.11111111-1111-4111-8111-11111111111A", List.of(1)),
            Map.entry("id=in.(1,2)", List.of(1, 2)),
            Map.entry("id=gt.0,id=lt.3", List.of(1, 2)),
            Map.entry("day=eq.2026-1-1", List.of(1)),
            Map.entry("day=lte.2026-01-01", List.of(1)));
    var names = new ArrayList<>(filters.keySet());
    var bindings =
        names.stream()
            .map(filter -> bench.binding(names.indexOf(filter), "INSERT", "things", filter))
            .toArray(Binding[]::new);
    var got = bench.subscribe(bench.user(ALICE), bindings);

    bench.sql(
        "insert into things values (1, 'apple', 1.00, -0, '2026-01-01 00:00+00', true, 'sad', 'ab',"
            + " '11111111-1111-4111-8111-11111111111a', '2026-01-01')",
        "insert into things values (2, 'banana', 20.5, 'NaN', '2026-02-01', false, 'ok', 'abc',"
            + " gen_random_uuid(), '2026-02-01')",
        "insert into things values (3, 'c, d', 10, null, null, null, 'happy', null, null, null)",
        "insert into things (id) values (4)",
        "insert into things (id) values (5)");

    var seen = new HashMap<String, List<Integer>>();
    for (int row = 1; row <= 4; row++) {
      var event = got.next();
      int id = event.number("id");
      event
          .ids()
          .forEach(each -> seen.computeIfAbsent(names.get(each), _ -> new ArrayList<>()).add(id));
    }
    // the fifth row is like the fourth
    assertThat(got.next().number("id")).isEqualTo(5);
    assertThat(seen).containsExactlyInAnyOrderEntriesOf(filters);
  }

  @Test
  void filtersNeedNoRightsOfTheSubscriberAndNeverRunAsIt() {
    // R2
    bench.table("notes", "id int primary key, price numeric");
    bench.sql(
        "drop role if exists rt_reader",
        "create role rt_reader",
        "grant rt_reader to postgres",
        "grant rt_reader to authenticator",
        "grant usage on schema " + bench.schema() + " to rt_reader",
        "grant select on notes to rt_reader");
    try {
      var all = new ArrayList<Recorder>();
      for (int i = 0; i < 25; i++) {
        all.add(
            bench.subscribe(
                bench.caller("rt_reader", Map.of("sub", "s" + i)),
                bench.binding(i, "*", "notes", "price=gt." + i)));
      }
      bench.sql("insert into notes values (1, 24.5)");
      for (int i = 0; i < 25; i++) {
        assertThat(all.get(i).next().ids()).containsExactly(i);
      }
    } finally {
      bench.sql("drop owned by rt_reader", "drop role rt_reader");
    }
  }

  @Test
  void paddedKeysKeepTheirLength() {
    // R3
    bench.guarded("pads", "id char(11) primary key, bits bit(4)", "true");
    var got =
        bench.subscribe(
            bench.user(ALICE),
            bench.binding(1, "*", "pads", "id=eq.abcdefghijk"),
            bench.binding(2, "*", "pads", "bits=eq.1010"));

    bench.sql("insert into pads values ('abcdefghijk', '1010')");

    var event = got.next();
    assertThat(event.ids()).containsExactlyInAnyOrder(1, 2);
    assertThat(event.word("id")).isEqualTo("abcdefghijk");
    assertThat(event.word("bits")).isEqualTo("1010");
  }

  @Test
  void deletesFollowTheRulesOfIdentityAndRowSecurity() {
    // R7
    for (var security : List.of("on", "off")) {
      for (var identity : List.of("default", "full")) {
        var name = "d_" + security + "_" + identity;
        bench.table(name, "id int primary key, word text");
        bench.sql("alter table " + name + " replica identity " + identity);
        if (security.equals("on")) {
          bench.sql(
              "alter table " + name + " enable row level security",
              "create policy none on " + name + " for select to authenticated using (false)");
        }
        var got =
            bench.subscribe(
                bench.user(ALICE),
                bench.binding(1, "DELETE", name, null),
                bench.binding(2, "DELETE", name, "word=eq.x"),
                bench.binding(3, "DELETE", name, "id=eq.1"));
        bench.sql("insert into " + name + " values (1, 'x')", "delete from " + name);

        var event = got.next();
        var old = event.text().replaceAll(".*\"old_record\":(\\{[^}]*\\}).*", "$1");
        boolean full = identity.equals("full");
        assertThat(event.ids())
            .as(name)
            .containsExactlyInAnyOrder(full ? new Integer[] {1, 2, 3} : new Integer[] {1, 3});
        assertThat(old)
            .as(name)
            .isEqualTo(full && security.equals("off") ? "{\"id\":1,\"word\":\"x\"}" : "{\"id\":1}");
      }
    }
  }

  @Test
  void aBindingThatCannotBeReadIsToldAndTheOthersWork() {
    // R5, R10
    bench.table("notes", "id int primary key, meta jsonb, word text");
    bench.sql("create table hidden (id int primary key)");
    var got =
        bench.subscribe(
            bench.user(ALICE),
            bench.binding(1, "*", "notes", null),
            bench.binding(2, "*", "hidden", null),
            bench.binding(3, "*", "notes", "nope=eq.1"),
            bench.binding(4, "*", "notes", "id=eq.one"),
            bench.binding(5, "*", "notes", "id=foo.1"),
            bench.binding(6, "*", "notes", "id=eq.1,,word=eq.a"),
            bench.binding(7, "*", "notes", "meta->>a=eq.1"),
            bench.binding(8, "*", "notes", "word=match.("),
            bench.binding(9, "*", "notes", "id=in.1,2"),
            bench.binding(10, "*", "notes", "word=is.true"),
            bench.binding(11, "*", "notes", "id=like.1%"),
            bench.binding(12, "*", "*", null, "id"),
            bench.binding(13, "*", "notes", null, "id", "nope"),
            new Binding(14, "*", null, null, null, List.of()),
            bench.binding(15, "*", "notes", "id=in.(" + "1,".repeat(100) + "1)"));

    assertThat(got.nextSystem()).startsWith("error: Unable to subscribe").contains("hidden");
    assertThat(got.nextSystem()).contains("invalid column for filter nope");
    assertThat(got.nextSystem()).contains("22P02 invalid input syntax for type integer: \"one\"");
    assertThat(got.nextSystem())
        .isEqualTo("error: Error parsing `filter` params: [\"foo\", \"1\"]");
    assertThat(got.nextSystem()).contains("filter must not contain empty segments");
    assertThat(got.nextSystem()).contains("invalid column for filter meta->>a");
    assertThat(got.nextSystem()).contains("2201B");
    assertThat(got.nextSystem()).contains("`in` filter value must be wrapped by parentheses");
    assertThat(got.nextSystem()).contains("invalid value for is filter on column word");
    assertThat(got.nextSystem()).contains("42883");
    assertThat(got.nextSystem()).contains("Column selection is not supported for wildcard");
    assertThat(got.nextSystem()).contains("invalid column for select nope");
    assertThat(got.nextSystem()).startsWith("error: No subscription params provided");
    assertThat(got.nextSystem()).contains("too many values for `in` filter. Maximum 100");
    assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    bench.sql("insert into notes values (1)");
    assertThat(got.next().ids()).containsExactly(1);
  }

  @Test
  void aFilterIsCheckedAgainWithTheNextToken() {
    // R11
    bench.table("notes", "id int primary key, word text");
    bench.sql("revoke select on notes from anon", "grant select (id) on notes to anon");
    var got = new Recorder();
    var subscription =
        bench.subscription(
            bench.caller("anon", Map.of()), got, bench.binding(1, "*", "notes", "word=eq.a"));
    assertThat(got.nextSystem()).startsWith("error:").contains("invalid column for filter word");
    assertThat(subscription.refusals()).hasSize(1);

    subscription.reauthorize(bench.user(ALICE));

    assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    bench.sql("insert into notes values (1, 'a'), (2, 'b')");
    assertThat(got.next().number("id")).isEqualTo(1);
    assertThat(subscription.refusals()).isEmpty();
  }

  @Test
  void namesOfTablesAreMatchedExactly() {
    // 2.8: `_` is no wildcard
    bench.table("a_b", "id int primary key");
    bench.table("axb", "id int primary key");
    var got = bench.listen(bench.user(ALICE), "a_b");
    var all =
        bench.subscribe(
            bench.user(ALICE), new Binding(7, "insert", bench.schema(), null, null, List.of()));

    bench.sql("insert into axb values (1)", "insert into a_b values (2)");

    assertThat(got.next().number("id")).isEqualTo(2);
    assertThat(all.next().number("id")).isEqualTo(1);
    assertThat(all.next().number("id")).isEqualTo(2);
  }

  @Test
  void aFilterOnAColumnWhoseTypeHasChangedFollowsIt() {
    bench.table("notes", "id int primary key, size int");
    var got = bench.subscribe(bench.user(ALICE), bench.binding(1, "*", "notes", "size=eq.1"));
    bench.sql("insert into notes values (1, 1)");
    assertThat(got.next().number("id")).isEqualTo(1);

    bench.sql("alter table notes alter size type numeric(5,2)");
    bench.sql(
        "insert into notes values (2, 1)",
        "insert into notes values (3, 2)",
        "insert into notes values (4, 1)");

    assertThat(got.next().number("id")).isEqualTo(2);
    assertThat(got.next().number("id")).isEqualTo(4);
  }
}
