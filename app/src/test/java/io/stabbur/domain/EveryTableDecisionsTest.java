package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.domain.PolicyMatrix.Cell;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.Binding;
import io.stabbur.realtime.change.FeedBench;
import io.stabbur.realtime.change.Recorder;
import io.stabbur.realtime.change.Recorder.Got;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Generated callers of two organisations, each table of the domain and each kind of change: who
/// hears of a change is who selects the row at that moment; a deleted row is told by its key alone.
/// All tables are published for the time of the test. `-Drealtime.decisions=100000` makes more
/// decisions, `-Drealtime.seed=7` others.
@Tag("nightly")
class EveryTableDecisionsTest {
  private static final int DECISIONS = Integer.getInteger("realtime.decisions", 20_000);
  private static final long SEED = Long.getLong("realtime.seed", 7);
  private static final int PEOPLE = 16;
  private static final int ROWS = 12;
  private static final List<String> ROLES = List.of("peer_mentor", "coordinator", "org_admin");
  private static final List<String> TABLES =
      PolicyMatrix.cells().stream()
          .map(Cell::table)
          .distinct()
          // a view, and a table that only grows
          .filter(table -> !table.equals("org_stats") && !table.equals("audit_log"))
          .toList();

  private final Random random = new Random(SEED);
  private static World world = new World(TestServer.shared());
  private static FeedBench bench;
  private static final List<String> ADDED = new ArrayList<>();
  private static final Map<String, List<String>> KEYS = new TreeMap<>();
  private static final Map<String, Caller> CALLERS = new LinkedHashMap<>();
  private static final Map<String, Recorder> RECORDERS = new LinkedHashMap<>();

  /// Of each organisation the people with a role there.
  private static final Map<String, Map<String, String>> MEMBERS = new LinkedHashMap<>();

  private static int marks;

  @BeforeAll
  static void twoOrganizationsAndTheirPeople() {
    var server = TestServer.shared();
    world = new World(server);
    bench = new FeedBench(server);
    bench.table("marks", "id int primary key");
    publish();
    var random = new Random(SEED);
    var organizations =
        List.of(world.organization("north-admin"), world.organization("south-admin"));
    organizations.forEach(id -> MEMBERS.put(id, new LinkedHashMap<>()));
    for (int i = 0; i < PEOPLE; i++) {
      var person = "person-" + i;
      // a few are members of both, or of none
      int where = random.nextInt(7);
      for (int o = 0; o < organizations.size(); o++) {
        if (where / 3 == o || (where == 6 && i % 2 == 0)) {
          var role = ROLES.get(random.nextInt(ROLES.size()));
          world.member(organizations.get(o), person, role);
          Objects.requireNonNull(MEMBERS.get(organizations.get(o))).put(person, role);
        }
      }
      if (world.id(person).isEmpty()) {
        world.account(person);
      }
    }
    world.account("global");
    world.service.made("/rest/v1/platform_admins", Client.object("user_id", world.id("global")));
    for (int i = 0; i < PEOPLE; i++) {
      listen("person-" + i, world.as("person-" + i).token());
    }
    listen("global", world.as("global").token());
    for (var admin : List.of("north-admin", "south-admin")) {
      listen(admin, world.as(admin).token());
    }
    listen("anon", Client.anon(server).token());
    listen("service", world.service.token());
    forget();
  }

  /// Passes over what was heard so far.
  private static void forget() {
    bench.sql("insert into marks values (" + ++marks + ")");
    RECORDERS.values().forEach(EveryTableDecisionsTest::until);
  }

  @AfterAll
  static void close() {
    bench.close();
    ADDED.forEach(table -> sql("alter publication supabase_realtime drop table public." + table));
  }

  private static void sql(String statement) {
    var _ =
        bench
            .project()
            .admin()
            .transaction(
                Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(statement)));
  }

  private static <T> List<T> read(String sql, String table, RowReader<T> row) {
    return bench
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"), Access.READ, tx -> tx.list(Statement.of(sql, table), row));
  }

  private static void publish() {
    for (var table : TABLES) {
      KEYS.put(
          table,
          read(
              """
              select a.attname from pg_index i
              join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
              where i.indrelid = ('public.' || ?)::regclass and i.indisprimary order by a.attnum
              """,
              table,
              row -> row.getString(1)));
      if (read(
              "select 1 from pg_publication_tables where pubname = 'supabase_realtime' and tablename = ?",
              table,
              row -> row.getInt(1))
          .isEmpty()) {
        sql("alter publication supabase_realtime add table public." + table);
        ADDED.add(table);
      }
    }
  }

  private static void listen(String name, String token) {
    var payload =
        new String(
            Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
    var claims = Claims.of(Json.parse(payload));
    var caller = new Caller(bench.project(), claims.text("role").orElseThrow(), claims, true);
    var bindings = new ArrayList<Binding>();
    TABLES.forEach(
        table -> bindings.add(new Binding(bindings.size(), "*", "public", table, null, List.of())));
    bindings.add(bench.binding(99, "INSERT", "marks", null));
    CALLERS.put(name, caller);
    RECORDERS.put(name, bench.subscribe(caller, bindings.toArray(Binding[]::new)));
  }

  /// A row of a table.
  private record Key(String table, String values) {}

  @Test
  void whoHearsOfAChangeIsWhoSelectsTheRow() {
    int decisions = 0;
    int heard = 0;
    var seen = new TreeSet<String>();
    for (int step = 0; decisions < DECISIONS; step++) {
      var table = TABLES.get(step % TABLES.size());
      var rows = rows(table);
      for (var kind : kinds(rows)) {
        change(kind, rows);
        var counts = compare();
        decisions += counts[0];
        heard += counts[1];
        seen.add(table + ' ' + kind);
      }
      restore(table);
    }
    System.out.printf(
        "realtime: %d decisions of %d callers, %d of them to deliver, 0 differences; %d kinds of"
            + " changes of %d tables%n",
        decisions, CALLERS.size(), heard, seen.size(), TABLES.size());
    assertThat(heard).isPositive();
  }

  /// Rows of one table: of one person where they say who may see what.
  private List<MatrixRow> rows(String table) {
    var rows = new ArrayList<MatrixRow>();
    int count =
        Set.of("memberships", "profiles", "platform_admins", "availability", "organizations")
                .contains(table)
            ? 1
            : ROWS;
    for (int i = 0; i < count; i++) {
      var organization = pick(List.copyOf(MEMBERS.keySet()));
      var members = Objects.requireNonNull(MEMBERS.get(organization));
      var person = pick(List.copyOf(members.keySet()));
      rows.add(
          MatrixRow.of(
              table,
              pick(ROLES),
              organization,
              world.id(person),
              Objects.requireNonNull(members.get(person))));
    }
    return rows;
  }

  private enum Kind {
    DELETE,
    INSERT,
    UPDATE
  }

  private List<Kind> kinds(List<MatrixRow> rows) {
    if (!rows.getFirst().isMade()) {
      return List.of(Kind.UPDATE);
    }
    return random.nextInt(3) == 0
        ? List.of(Kind.DELETE, Kind.INSERT, Kind.DELETE)
        : List.of(Kind.DELETE, Kind.INSERT, Kind.UPDATE, Kind.DELETE);
  }

  private static void change(Kind kind, List<MatrixRow> rows) {
    var table = "/rest/v1/" + rows.getFirst().table();
    var answers =
        switch (kind) {
          case INSERT ->
              List.of(
                  world.service.post(
                      table,
                      rows.stream()
                          .map(MatrixRow::json)
                          .collect(Collectors.joining(",", "[", "]"))));
          case UPDATE ->
              rows.stream().map(row -> world.service.patch(row.path(), row.change())).toList();
          case DELETE -> rows.stream().map(row -> world.service.delete(row.path())).toList();
        };
    answers.forEach(
        answer ->
            assertThat(answer.statusCode())
                .as(kind + " " + rows + answer.body())
                .isIn(200, 201, 204));
  }

  /// What everybody heard since, against what everybody selects now.
  ///
  /// @return decisions, and those to deliver
  private static int[] compare() {
    bench.sql("insert into marks values (" + ++marks + ")");
    var events = new LinkedHashMap<String, List<Got>>();
    RECORDERS.forEach((name, recorder) -> events.put(name, until(recorder)));
    var changed = new HashSet<Key>();
    Objects.requireNonNull(events.get("service")).stream()
        .filter(got -> !got.type().equals("DELETE"))
        .forEach(got -> changed.add(key(got.table(), got.row())));
    int decisions = 0;
    int delivered = 0;
    for (var name : CALLERS.keySet()) {
      var heard = new TreeSet<String>();
      for (var got : Objects.requireNonNull(events.get(name))) {
        if (got.type().equals("DELETE")) {
          isKeyAlone(name, got);
        } else {
          heard.add(key(got.table(), got.row()).toString());
        }
      }
      var selected = selected(Objects.requireNonNull(CALLERS.get(name)), changed);
      assertThat(heard).as("%s, seed %d", name, SEED).isEqualTo(selected);
      decisions += changed.size();
      delivered += heard.size();
    }
    return new int[] {decisions, delivered};
  }

  private static List<Got> until(Recorder recorder) {
    var events = new ArrayList<Got>();
    for (var got = recorder.next(); ; got = recorder.next()) {
      if (got.ids().contains(99)) {
        assertThat(got.number("id")).isEqualTo(marks);
        return events;
      }
      events.add(got);
    }
  }

  private static void isKeyAlone(String name, Got got) {
    var columns = new ArrayList<String>();
    got.old().entries().forEach(entry -> columns.add(entry.getKey()));
    assertThat(columns).as(name + got.text()).isSubsetOf(keys(got.table()));
  }

  private static List<String> keys(String table) {
    return Objects.requireNonNull(KEYS.get(table));
  }

  private static Key key(String table, JsonNode row) {
    return new Key(
        table,
        keys(table).stream()
            .map(column -> Client.text(row, column))
            .collect(Collectors.joining(" ")));
  }

  /// The rows that the caller selects.
  private static Set<String> selected(Caller caller, Set<Key> asked) {
    var tables = new HashMap<String, List<String>>();
    asked.forEach(key -> tables.computeIfAbsent(key.table, _ -> new ArrayList<>()).add(key.values));
    var found = new TreeSet<String>();
    tables.forEach(
        (table, values) -> {
          var sql = new SqlText().add("select k from (select concat_ws(' '");
          keys(table).forEach(column -> sql.add(", ").name(column));
          sql.add(") as k from public.").name(table).add(") rows where k = any (");
          sql.value(values.toArray(String[]::new)).add("::text[])");
          try {
            bench
                .project()
                .api()
                .exchange(
                    caller.actor(),
                    Access.READ,
                    sql.statement(),
                    rows -> {
                      while (rows.next()) {
                        found.add(new Key(table, rows.getString(1)).toString());
                      }
                      return true;
                    });
          } catch (ApiException e) {
            assertThat(caller.role()).as(e.getMessage()).isEqualTo("anon");
          }
        });
    return found;
  }

  /// Puts right what says who may see what.
  private static void restore(String table) {
    if (!Set.of("memberships", "profiles").contains(table)) {
      return;
    }
    var ignore = world.service.with("Prefer", "resolution=ignore-duplicates");
    for (int i = 0; i < PEOPLE; i++) {
      ignore.post("/rest/v1/profiles", Client.object("id", world.id("person-" + i)));
    }
    var merge = world.service.with("Prefer", "resolution=merge-duplicates");
    MEMBERS.forEach(
        (organization, members) ->
            members.forEach(
                (person, role) ->
                    merge.post(
                        "/rest/v1/memberships?on_conflict=user_id,organization_id",
                        Client.object(
                            "user_id",
                            world.id(person),
                            "organization_id",
                            organization,
                            "role",
                            role,
                            "status",
                            "active"))));
    // who may see what has changed between these changes
    forget();
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
