package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.filter.Condition;
import io.stabbur.realtime.change.filter.FilterText;
import io.stabbur.realtime.change.filter.Operator;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Random policies, claims, rows, filters and replica identities: who gets a change is decided as
/// the original's rules decide it, which are run here as SQL, one subscriber and one change at a
/// time: grants of the role, all filters true for the row, and the row found by its key by the
/// subscriber, with its role and claims; deletions without that question.
class ChangeOracleTest {
  private static final int ROUNDS = Integer.getInteger("realtime.oracle.rounds", 3);
  private static final Random RANDOM = new Random(Long.getLong("realtime.seed", 11));
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
  private static final List<String> COLUMNS =
      List.of("id", "owner", "word", "size", "price", "done", "moment");
  private static final List<String> WORDS = List.of("a", "A", "b b", "ü", "a%", "");

  private FeedBench bench;
  private final Map<String, Caller> callers = new LinkedHashMap<>();

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
    int decisions = 0;
    int delivered = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int[] counts = round();
      decisions += counts[0];
      delivered += counts[1];
      close();
      open();
    }
    System.out.printf("oracle: %d decisions, %d delivered, 0 differences%n", decisions, delivered);
    assertThat(delivered).isPositive();
  }

  /// A subscriber with one filter.
  private record Subscriber(Caller caller, String filter, Recorder recorder) {}

  private int[] round() {
    var security = RANDOM.nextInt(4) > 0;
    var identity = pick(List.of("default", "full"));
    schema(security, identity);
    var subscribers = subscribers();
    int decisions = 0;
    int delivered = 0;
    for (int step = 0; step < 12; step++) {
      var change = change(step);
      var marker = "insert into marks values (" + step + ")";
      bench.sql(change.sql());
      bench.sql(marker);
      for (var subscriber : subscribers) {
        boolean expected = expected(subscriber, change, security, identity);
        boolean got = heard(subscriber.recorder(), step);
        assertThat(got)
            .as(
                "%s to %s with filter %s; security %s, identity %s",
                change,
                subscriber.caller().claims().json(),
                subscriber.filter(),
                security,
                identity)
            .isEqualTo(expected);
        decisions++;
        delivered += got ? 1 : 0;
      }
    }
    return new int[] {decisions, delivered};
  }

  private void schema(boolean security, String identity) {
    bench.sql(
        "create table friends (a uuid, b uuid)",
        "insert into friends values ('%s', '%s')".formatted(user(1), user(2)),
        "grant select on friends to anon, authenticated",
        "create function opaque(owner uuid, size int) returns boolean language plpgsql stable as $$"
            + " begin return owner = auth.uid() or size / (size - 3) > 1; end $$");
    bench.table("marks", "id int primary key");
    bench.table(
        "things",
        "id int primary key, owner uuid, word text, size int, price numeric, done boolean, moment"
            + " timestamptz");
    bench.sql("alter table things replica identity " + identity);
    if (RANDOM.nextInt(4) == 0) {
      bench.sql(
          "revoke select on things from anon", "grant select (id, word, size) on things to anon");
    }
    if (security) {
      bench.sql("alter table things enable row level security");
      for (int i = 0; i <= RANDOM.nextInt(3); i++) {
        var kind = i == 2 ? "as restrictive" : "";
        bench.sql(
            "create policy p%d on things %s for %s to %s using (%s)"
                .formatted(
                    i,
                    kind,
                    pick(List.of("select", "all")),
                    pick(List.of("authenticated", "public")),
                    pick(POLICIES)));
      }
    }
  }

  private List<Subscriber> subscribers() {
    callers.clear();
    for (int i = 1; i <= 4; i++) {
      callers.put(
          "u" + i,
          bench.caller(
              "authenticated",
              Map.of("sub", user(i), "org", "" + i % 3, "least", i == 4 ? "x" : "" + i)));
    }
    callers.put("bad", bench.caller("authenticated", Map.of("sub", "null", "org", "none")));
    callers.put("anon", bench.caller("anon", Map.of()));
    callers.put("service", bench.caller("service_role", Map.of()));
    var all = new ArrayList<Subscriber>();
    for (var caller : callers.values()) {
      for (int i = 0; i < 3; i++) {
        var filter = i == 0 ? "" : filter();
        var recorder = new Recorder();
        bench.subscription(
            caller,
            recorder,
            bench.binding(1, "*", "things", filter),
            bench.binding(9, "INSERT", "marks", null));
        all.add(new Subscriber(caller, filter, recorder));
      }
    }
    return all;
  }

  private static String filter() {
    var filter =
        pick(
            List.of(
                "id=in.(1,2,3,4)",
                "id=gt.3",
                "id=not.eq.2",
                "word=eq.a",
                "word=neq.a",
                "word=ilike.a%",
                "word=in.(a,\"b b\")",
                "word=is.null",
                "word=not.is.null",
                "word=isdistinct.a",
                "size=lte.3",
                "price=eq.1.0",
                "price=not.lt.2",
                "done=is.true",
                "done=not.is.unknown",
                "moment=gt.2026-01-01",
                "owner=eq." + user(1),
                "owner=not.in.(" + user(1) + "," + user(2) + ")",
                "word=match.^[ab]"));
    return RANDOM.nextInt(3) == 0 ? filter + ",id=lt.9" : filter;
  }

  /// @param id the row
  private record Change(String kind, int id, String sql, String before) {}

  private Change change(int step) {
    int kind = step < 4 ? 0 : RANDOM.nextInt(3);
    int id = step < 4 ? step + 1 : 1 + RANDOM.nextInt(4);
    var before = image(id);
    if (before.isEmpty()) {
      kind = 0;
    } else if (kind == 0) {
      kind = 1;
    }
    return switch (kind) {
      case 0 ->
          new Change("INSERT", id, "insert into things values (" + id + ", " + values() + ")", "");
      case 1 ->
          new Change(
              "UPDATE",
              id,
              "update things set (owner, word, size, price, done, moment) = ("
                  + values()
                  + ") where id = "
                  + id,
              before);
      default -> new Change("DELETE", id, "delete from things where id = " + id, before);
    };
  }

  private static String values() {
    return String.join(
        ", ",
        pick(List.of("'" + user(1) + "'::uuid", "'" + user(2) + "'::uuid", "null::uuid")),
        pick(List.of("null", "'" + pick(WORDS) + "'")),
        "" + RANDOM.nextInt(6),
        pick(List.of("1", "1.00", "2.5", "null")),
        pick(List.of("true", "false", "null")),
        pick(List.of("'2025-06-01'::timestamptz", "'2026-06-01 12:00+02'::timestamptz", "null")));
  }

  /// The row as SQL of a record, as the owner sees it; "" without one.
  private String image(int id) {
    return bench
        .project()
        .admin()
        .transaction(
            Actor.of("postgres").with("search_path", bench.schema()),
            Access.READ,
            tx ->
                tx.first(
                    Statement.of("select things::text from things where id = ?", id),
                    row -> row.getString(1)))
        .orElse("");
  }

  private boolean expected(
      Subscriber subscriber, Change change, boolean security, String identity) {
    var caller = subscriber.caller();
    var selectable = selectable(caller.role());
    var conditions = parse(subscriber.filter());
    if (!selectable.containsAll(conditions.stream().map(Condition::column).toList())) {
      return false;
    }
    boolean deleted = change.kind().equals("DELETE");
    var row = deleted ? change.before() : image(change.id());
    for (var condition : conditions) {
      boolean present = !deleted || identity.equals("full") || condition.column().equals("id");
      if (!present || !isTrue(condition, row)) {
        return false;
      }
    }
    return deleted || !security || sees(caller, change.id());
  }

  private Set<String> selectable(String role) {
    return bench
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                COLUMNS.stream()
                    .filter(
                        column ->
                            tx.first(
                                    Statement.of(
                                        "select has_column_privilege(?, ?, ?, 'select')",
                                        role,
                                        bench.schema() + ".things",
                                        column),
                                    each -> each.getBoolean(1))
                                .orElseThrow())
                    .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static List<Condition> parse(String filter) {
    try {
      return FilterText.parse(filter);
    } catch (FilterText.InvalidFilter e) {
      throw new IllegalStateException(e);
    }
  }

  /// The filter in SQL, on the row's own image.
  private boolean isTrue(Condition condition, String row) {
    var operator = condition.operator();
    var value =
        operator == Operator.IS
            ? "is " + condition.value()
            : operator == Operator.IN
                ? "= any ('" + condition.value() + "')"
                : operator.sql() + " '" + condition.value() + "'";
    var sql =
        "select coalesce(%s ((r).%s %s), false) from (select '%s'::%s.things as r) s"
            .formatted(
                condition.isNegated() ? "not" : "",
                condition.column(),
                value,
                row.replace("'", "''"),
                bench.schema());
    return bench
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx -> tx.first(Statement.of(sql), each -> each.getBoolean(1)).orElseThrow());
  }

  private boolean sees(Caller caller, int id) {
    try {
      return bench
          .project()
          .api()
          .exchange(
              caller.actor(),
              Access.READ,
              Statement.of("select from " + bench.schema() + ".things where id = " + id),
              rows -> rows.next());
    } catch (ApiException e) {
      return false;
    }
  }

  /// Whether a change of the table came before the mark.
  private static boolean heard(Recorder recorder, int mark) {
    boolean heard = false;
    for (var got = recorder.next(); ; got = recorder.next()) {
      if (got.ids().contains(9)) {
        assertThat(got.number("id")).isEqualTo(mark);
        return heard;
      }
      heard = true;
    }
  }

  private static String user(int i) {
    return "11111111-1111-4111-8111-%012d".formatted(i);
  }

  private static <T> T pick(List<T> list) {
    return list.get(RANDOM.nextInt(list.size()));
  }
}
