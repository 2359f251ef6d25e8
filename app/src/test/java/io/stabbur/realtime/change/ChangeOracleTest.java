package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.Recorder.Got;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Random policies, claims, rows, filters, columns and replica identities: who gets a change, and
/// which columns of it, is decided as the original's rules decide it, which `oracle.sql` has as a
/// function of the database: one subscription and one change at a time. `-Drealtime.seed=7` draws
/// other cases, `-Drealtime.oracle.rounds=1000` more of them in the nightly test.
class ChangeOracleTest {
  private static final int FEW = 3;
  private static final int MANY = Integer.getInteger("realtime.oracle.rounds", 60);
  private static final long SEED = Long.getLong("realtime.seed", 11);
  private static final int STEPS = 12;
  private static final int CALLERS = 7;
  private static final int BINDINGS = 4;
  private static final int MARK = 999;
  private static final String ORACLE = SqlFile.of(ChangeOracleTest.class, "oracle");
  private static final List<String> POLICIES =
      List.of(
          "true",
          "false",
          "owner = auth.uid()",
          "owner = (select auth.uid())",
          "(auth.jwt() ->> 'org')::int = size % 3",
          "exists (select from friends f where f.a = owner and f.b = auth.uid())",
          "word is not null and auth.role() = 'authenticated'",
          "price > coalesce(nullif(auth.jwt() ->> 'least', '')::numeric, 0)",
          "opaque(owner, size)",
          "current_user = 'authenticated' and size > 2");
  private static final List<String> WORDS = List.of("a", "A", "b b", "ü", "a%", "");

  private final Random random = new Random(SEED);
  private FeedBench bench;
  private final List<String> policies = new ArrayList<>();
  private int decisions;
  private int unsureOf;
  private int delivered;

  @BeforeEach
  void open() {
    bench = new FeedBench(TestServer.shared());
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void whoGetsAChangeIsDecidedAsTheOriginalDecides() {
    play(FEW);
  }

  @Test
  @Tag("nightly")
  void whoGetsAnyOfManyChangesIsDecidedAsTheOriginalDecides() {
    play(MANY);
  }

  private void play(int rounds) {
    for (int round = 0; round < rounds; round++) {
      round();
      close();
      open();
    }
    System.out.printf(
        "oracle: %d decisions, %d delivered, %d unsure, 0 differences%n",
        decisions, delivered, unsureOf);
    assertThat(delivered).isPositive();
    assertThat(unsureOf * 20).as("few are left out").isLessThan(decisions + unsureOf);
  }

  /// A condition of a filter.
  private record Filter(String column, String operator, String value, boolean negated) {
    String written() {
      return column + '=' + (negated ? "not." : "") + operator + '.' + value;
    }
  }

  /// One element of `postgres_changes`, with the number that the oracle knows it by.
  private record Drawn(int id, String event, List<Filter> filters, List<String> selected) {}

  /// What a subscription gets of a change.
  ///
  /// @param old absent where the event has no old row
  private record Shown(String columns, @Nullable String old) {}

  /// @param image the row as it was written, as JSON of texts; null for none
  private record Change(String kind, String sql, @Nullable String image, @Nullable String before) {}

  private void round() {
    var identity = pick(List.of("default", "full", "default", "full", "nothing"));
    schema(identity);
    var recorders = new ArrayList<Recorder>();
    var names = new HashMap<Integer, String>();
    for (int i = 0; i < CALLERS; i++) {
      recorders.add(subscribe(caller(i), i * BINDINGS, names));
    }
    for (int step = 0; step < STEPS; step++) {
      var change = change(step, identity.equals("nothing"));
      bench.sql("insert into marks values (" + step + ")");
      var unsure = new HashSet<Integer>();
      var expected = expected(change, unsure);
      var got = new HashMap<Integer, Shown>();
      for (var recorder : recorders) {
        until(recorder, step).forEach(event -> take(event, got));
      }
      unsure.forEach(got::remove);
      assertThat(described(got, names))
          .as("seed %d, identity %s, %s: %s", SEED, identity, policies, change)
          .isEqualTo(described(expected, names));
      unsureOf += unsure.size();
      decisions += CALLERS * BINDINGS - unsure.size();
      delivered += got.size();
    }
  }

  private static Map<String, Shown> described(Map<Integer, Shown> all, Map<Integer, String> names) {
    return all.entrySet().stream()
        .collect(
            Collectors.toMap(
                each -> Objects.requireNonNull(names.get(each.getKey())), Map.Entry::getValue));
  }

  private void schema(String identity) {
    bench.sql(
        "create table friends (a uuid, b uuid)",
        "insert into friends values ('%s', '%s')".formatted(user(1), user(2)),
        "grant select on friends to anon, authenticated",
        "create function opaque(owner uuid, size int) returns boolean language plpgsql stable as $$"
            + " begin return owner = auth.uid() or size / (size - 3) > 1; end $$",
        ORACLE);
    bench.table("marks", "id int primary key");
    bench.table(
        "things",
        "id int primary key, owner uuid, word text, size int, price numeric, done boolean, moment"
            + " timestamptz");
    bench.sql("alter table things replica identity " + identity);
    policies.clear();
    if (random.nextInt(4) == 0) {
      bench.sql(
          "revoke select on things from anon", "grant select (id, word, size) on things to anon");
    }
    if (random.nextInt(4) > 0) {
      bench.sql("alter table things enable row level security");
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        policies.add(
            "create policy p%d on things %s for %s to %s using (%s)"
                .formatted(
                    i,
                    i == 2 ? "as restrictive" : "",
                    pick(List.of("select", "all")),
                    pick(List.of("authenticated", "public")),
                    pick(POLICIES)));
        bench.sql(policies.getLast());
      }
    }
  }

  private Caller caller(int number) {
    if (number == 0) {
      return bench.caller("service_role", Map.of());
    }
    var claims = new HashMap<String, String>();
    var sub = pick(List.of(user(1), user(2), user(3), user(4), "null", ""));
    if (!sub.isEmpty()) {
      claims.put("sub", sub);
    }
    if (random.nextInt(5) > 0) {
      claims.put("org", pick(List.of("0", "1", "2", "none")));
    }
    claims.put("least", pick(List.of("", "1", "2", "x")));
    // else two callers may be one, whose bindings the oracle would tell apart
    claims.put("number", "" + number);
    return bench.caller(number == 1 ? "anon" : "authenticated", claims);
  }

  private Recorder subscribe(Caller caller, int first, Map<Integer, String> names) {
    var recorder = new Recorder();
    var bindings = new ArrayList<Binding>();
    for (int i = 0; i < BINDINGS; i++) {
      var drawn = drawn(first + i);
      var filter = drawn.filters.stream().map(Filter::written).collect(Collectors.joining(","));
      bindings.add(
          bench.binding(
              drawn.id, drawn.event, "things", filter, drawn.selected.toArray(String[]::new)));
      names.put(drawn.id, caller.role() + ' ' + caller.claims().json() + ' ' + drawn);
      note(caller, drawn);
    }
    bindings.add(bench.binding(MARK, "INSERT", "marks", null));
    bench.subscription(caller, recorder, bindings.toArray(Binding[]::new));
    return recorder;
  }

  private void note(Caller caller, Drawn drawn) {
    var filters =
        drawn.filters.stream()
            .map(
                each ->
                    new String[] {
                      each.column, each.operator, each.value, String.valueOf(each.negated)
                    })
            .toArray(String[][]::new);
    var insert =
        Statement.of(
            "insert into oracle_subscriptions values (?, ?, ?, ?, ?::text[], ?::text[])",
            drawn.id,
            caller.role(),
            caller.claims().json(),
            drawn.event,
            filters.length == 0 ? new String[0] : filters,
            drawn.selected.toArray(String[]::new));
    bench.project().admin().transaction(owner(), Access.WRITE, tx -> tx.update(insert));
  }

  private Drawn drawn(int id) {
    var filters = new ArrayList<Filter>();
    while (random.nextInt(3) > 0 && filters.size() < 3) {
      filters.add(filter());
    }
    return new Drawn(
        id,
        pick(List.of("*", "*", "INSERT", "UPDATE", "DELETE")),
        filters,
        pick(List.of(List.of(), List.of(), List.of("word"), List.of("size", "id"))));
  }

  private Filter filter() {
    var said =
        pick(
            List.of(
                "id in (1,2,3,4)",
                "id gt 3",
                "id eq 2",
                "word eq a",
                "word neq a",
                "word ilike a%",
                "word like %b",
                "word in (a,\"b b\")",
                "word is null",
                "word isdistinct a",
                "size lte 3",
                "size lt 2",
                "price eq 1.0",
                "price gte 2",
                "price in (1,2.50)",
                "done is true",
                "done is unknown",
                "moment gt 2026-01-01",
                "owner eq " + user(1),
                "owner in (" + user(1) + "," + user(2) + ")",
                "word match ^[ab]",
                "word imatch ^[ab]"));
    var parts = said.split(" ", 3);
    return new Filter(parts[0], parts[1], parts[2], random.nextInt(3) == 0);
  }

  private Change change(int step, boolean insertsAlone) {
    int kind = step < 4 || insertsAlone ? 0 : random.nextInt(3);
    int id = step < 4 || insertsAlone ? step + 1 : 1 + random.nextInt(4);
    var before = image(id);
    if (before == null) {
      kind = 0;
    } else if (kind == 0) {
      kind = 1;
    }
    var sql =
        switch (kind) {
          case 0 -> "insert into things values (" + id + ", " + values() + ")";
          case 1 ->
              "update things set (owner, word, size, price, done, moment) = (%s) where id = %d"
                  .formatted(values(), id);
          default -> "delete from things where id = " + id;
        };
    bench.sql(sql);
    return new Change(List.of("INSERT", "UPDATE", "DELETE").get(kind), sql, image(id), before);
  }

  private String values() {
    return String.join(
        ", ",
        pick(List.of("'" + user(1) + "'::uuid", "'" + user(2) + "'::uuid", "null::uuid")),
        pick(List.of("null", "'" + pick(WORDS) + "'")),
        "" + random.nextInt(6),
        pick(List.of("1", "1.00", "2.5", "null")),
        pick(List.of("true", "false", "null")),
        pick(List.of("'2025-06-01'::timestamptz", "'2026-06-01 12:00+02'::timestamptz", "null")));
  }

  /// As whom rows and rules are looked at.
  private Actor owner() {
    return Actor.of("postgres").with("search_path", bench.schema() + ", public");
  }

  private @Nullable String image(int id) {
    var asked =
        Statement.of(
            "select (select jsonb_object_agg(key, value) from jsonb_each_text(to_jsonb(t)))::text"
                + " from things t where id = ?",
            id);
    return bench
        .project()
        .admin()
        .transaction(owner(), Access.READ, tx -> tx.first(asked, row -> row.getString(1)))
        .orElse(null);
  }

  /// @param unsure gets those for whom a policy fails or shows the row, as it is planned
  private Map<Integer, Shown> expected(Change change, Set<Integer> unsure) {
    var all = new HashMap<Integer, Shown>();
    var asked =
        Statement.of(
            "select * from oracle('things', ?, ?::jsonb, ?::jsonb)",
            change.kind,
            change.image,
            change.before);
    // a plan for known values computes, and fails, where `or` would have ended before
    var generic = owner().with("plan_cache_mode", "force_generic_plan");
    bench
        .project()
        .admin()
        .transaction(
            generic,
            Access.WRITE,
            tx ->
                tx.query(
                    asked,
                    rows -> {
                      while (rows.next()) {
                        var columns = Objects.requireNonNullElse(rows.getString(2), "");
                        var old = Objects.requireNonNullElse(rows.getString(3), "");
                        if (rows.getBoolean(4)) {
                          unsure.add(rows.getInt(1));
                        } else {
                          all.put(
                              rows.getInt(1),
                              new Shown(columns, change.kind.equals("INSERT") ? null : old));
                        }
                      }
                      return true;
                    }));
    return all;
  }

  private void take(Got event, Map<Integer, Shown> got) {
    var seen = new HashSet<Integer>();
    for (int id : event.ids()) {
      assertThat(seen.add(id)).isTrue();
      assertThat(got).as("each binding gets a change once").doesNotContainKey(id);
      got.put(id, new Shown(names(event.data().get("record")), old(event)));
    }
  }

  private static @Nullable String old(Got event) {
    var old = event.data().get("old_record");
    return old == null ? null : names(old);
  }

  private static String names(@Nullable JsonNode row) {
    if (row == null) {
      return "";
    }
    var names = new ArrayList<String>();
    row.entries().forEach(entry -> names.add(entry.getKey()));
    return String.join(",", names);
  }

  /// The events before a mark.
  private static List<Got> until(Recorder recorder, int mark) {
    var events = new ArrayList<Got>();
    for (var got = recorder.next(); ; got = recorder.next()) {
      if (got.ids().equals(List.of(MARK))) {
        assertThat(got.number("id")).isEqualTo(mark);
        return events;
      }
      events.add(got);
    }
  }

  private static String user(int i) {
    return "11111111-1111-4111-8111-%012d".formatted(i);
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
