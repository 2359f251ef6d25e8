package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.platform.json.Json;
import io.stabbur.realtime.change.Binding;
import io.stabbur.realtime.change.FeedBench;
import io.stabbur.realtime.change.Recorder;
import io.stabbur.realtime.change.Recorder.Got;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Changes of the domain's tables and everybody in two organisations: who hears of a change is who
/// reads the row through the data API at that moment, and hears what the data API shows.
class RealtimeDecisionsTest {
  private static final int DECISIONS = Integer.getInteger("realtime.decisions", 3_000);
  private static final long SEED = Long.getLong("realtime.seed", 7);
  private static final List<String> TABLES =
      List.of("assignments", "availability", "expense_claims", "activities");
  private static final Map<String, Client> CLIENTS = new LinkedHashMap<>();
  private static final Map<String, Recorder> RECORDERS = new LinkedHashMap<>();
  private static final Map<String, List<String>> MENTORS = new LinkedHashMap<>();
  private static final List<Supplier<Map<String, List<String>>>> PHASES =
      List.of(RealtimeDecisionsTest::insert, RealtimeDecisionsTest::update);
  private static final Random RANDOM = new Random(SEED);
  private static World world = new World(TestServer.shared());
  private static FeedBench bench;
  private static int markers;

  @BeforeAll
  static void twoOrganizations() {
    var server = TestServer.shared();
    world = new World(server);
    bench = new FeedBench(server);
    bench.table("markers", "id int primary key");
    for (var name : List.of("north", "south")) {
      var id = world.organization(name + "-admin");
      world.member(id, name + "-coordinator", "coordinator");
      MENTORS.put(id, new ArrayList<>());
      for (int i = 1; i <= 3; i++) {
        MENTORS.get(id).add(world.member(id, name + "-mentor-" + i, "peer_mentor"));
        listen(name + "-mentor-" + i, world.as(name + "-mentor-" + i));
      }
      listen(name + "-admin", world.as(name + "-admin"));
      listen(name + "-coordinator", world.as(name + "-coordinator"));
    }
    world.account("stranger");
    listen("stranger", world.as("stranger"));
    listen("service", world.service);
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  private static void listen(String name, Client client) {
    CLIENTS.put(name, client);
    var bindings = new ArrayList<Binding>();
    TABLES.forEach(
        table -> bindings.add(new Binding(bindings.size(), "*", "public", table, null, List.of())));
    bindings.add(bench.binding(99, "INSERT", "markers", null));
    RECORDERS.put(name, bench.subscribe(caller(client.token()), bindings.toArray(Binding[]::new)));
  }

  private static Caller caller(String token) {
    var payload =
        new String(
            Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
    var claims = Claims.of(Json.parse(payload));
    return new Caller(bench.project(), claims.text("role").orElseThrow(), claims, true);
  }

  @Test
  void whoHearsOfAChangeIsWhoReadsTheRow() {
    int decisions = 0;
    int heard = 0;
    while (decisions < DECISIONS) {
      for (var phase : PHASES) {
        var rows = phase.get();
        var marker = mark();
        for (var name : CLIENTS.keySet()) {
          var events = until(Objects.requireNonNull(RECORDERS.get(name)), marker);
          heard += compare(name, rows, events);
          decisions += rows.values().stream().mapToInt(List::size).sum();
        }
      }
    }
    System.out.printf(
        "realtime: %d decisions, %d of them to deliver, 0 differences%n", decisions, heard);
    assertThat(heard).isPositive();
    deletionsSayNoMoreThanTheKey();
    aDeletedAvailabilityNamesNobody();
  }

  private void deletionsSayNoMoreThanTheKey() {
    var id = Objects.requireNonNull(KEYS.get("expense_claims")).getFirst();
    assertThat(world.service.delete("/rest/v1/expense_claims?id=eq." + id).statusCode())
        .isEqualTo(204);
    var marker = mark();
    RECORDERS.forEach(
        (name, recorder) ->
            assertThat(until(recorder, marker))
                .as(name)
                .singleElement()
                .satisfies(
                    got -> assertThat(Json.write(got.old())).isEqualTo("{\"id\":\"" + id + "\"}")));
  }

  /// Its key would say who belongs to which organisation.
  private static void aDeletedAvailabilityNamesNobody() {
    var key = Objects.requireNonNull(KEYS.get("availability")).getFirst();
    var row = "user_id=eq." + key.substring(0, 36) + "&organization_id=eq." + key.substring(36);
    assertThat(world.service.delete("/rest/v1/availability?" + row).statusCode()).isEqualTo(204);
    var marker = mark();
    RECORDERS.forEach(
        (name, recorder) ->
            assertThat(until(recorder, marker))
                .as(name)
                .singleElement()
                .satisfies(got -> assertThat(Json.write(got.old())).isEqualTo("{}")));
  }

  /// Ids of rows made so far.
  private static final Map<String, List<String>> KEYS = new HashMap<>();

  private static Map<String, List<String>> insert() {
    var rows = new TreeMap<String, List<String>>();
    for (var table : TABLES) {
      var bodies = new ArrayList<String>();
      for (int i = 0; i < 6; i++) {
        var organization = pick(new ArrayList<>(MENTORS.keySet()));
        var mentor = pick(Objects.requireNonNull(MENTORS.get(organization)));
        bodies.add(
            switch (table) {
              case "assignments" ->
                  Client.object(
                      "organization_id",
                      organization,
                      "peer_mentor_id",
                      mentor,
                      "message",
                      "m" + i,
                      "status",
                      pick(List.of("draft", "dispatched")));
              case "expense_claims" ->
                  Client.object(
                      "organization_id",
                      organization,
                      "user_id",
                      mentor,
                      "kind",
                      "receipt",
                      "amount",
                      "1" + i + ".50");
              case "activities" ->
                  Client.object(
                      "organization_id",
                      organization,
                      "user_id",
                      mentor,
                      "title",
                      "t" + i,
                      "summary",
                      "s" + i);
              default ->
                  Client.object(
                      "organization_id",
                      organization,
                      "user_id",
                      mentor,
                      "status",
                      pick(List.of("available", "busy")),
                      "note",
                      "n" + RANDOM.nextInt());
            });
      }
      rows.put(table, write(table, bodies));
    }
    return rows;
  }

  /// Each row once; availability has one row per person and organisation.
  private static List<String> write(String table, List<String> bodies) {
    boolean availability = table.equals("availability");
    var distinct =
        availability
            ? List.copyOf(
                bodies.stream()
                    .collect(
                        Collectors.toMap(
                            body -> Client.text(Json.parse(body), "user_id"),
                            body -> body,
                            (a, _) -> a))
                    .values())
            : bodies;
    var client =
        world.service.with(
            "Prefer",
            "return=representation" + (availability ? ",resolution=merge-duplicates" : ""));
    var answer = client.post("/rest/v1/" + table, "[" + String.join(",", distinct) + "]");
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    var ids = new ArrayList<String>();
    Json.parse(answer.body()).values().forEach(row -> ids.add(key(table, row)));
    KEYS.computeIfAbsent(table, _ -> new ArrayList<>()).addAll(ids);
    return ids;
  }

  private static Map<String, List<String>> update() {
    var rows = new TreeMap<String, List<String>>();
    for (var table : List.of("assignments", "expense_claims", "activities")) {
      var ids = new ArrayList<String>();
      for (int i = 0; i < 4; i++) {
        var id = pick(Objects.requireNonNull(KEYS.get(table)));
        if (ids.contains(id)) {
          continue;
        }
        ids.add(id);
        var change =
            switch (table) {
              case "assignments" -> Client.object("message", "changed " + RANDOM.nextInt());
              case "activities" -> Client.object("summary", "changed " + RANDOM.nextInt());
              default -> Client.object("description", "changed " + RANDOM.nextInt());
            };
        var answer = world.service.patch("/rest/v1/" + table + "?id=eq." + id, change);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
      }
      rows.put(table, ids);
    }
    return rows;
  }

  private static String key(String table, JsonNode row) {
    return table.equals("availability")
        ? Client.text(row, "user_id") + Client.text(row, "organization_id")
        : Client.text(row, "id");
  }

  private static int mark() {
    bench.sql("insert into markers values (" + ++markers + ")");
    return markers;
  }

  private static List<Got> until(Recorder recorder, int marker) {
    var events = new ArrayList<Got>();
    for (var got = recorder.next(); ; got = recorder.next()) {
      if (got.ids().contains(99) && got.number("id") == marker) {
        return events;
      }
      events.add(got);
    }
  }

  /// What the data API shows of the rows against what was heard of them; the number of rows heard.
  private static int compare(String name, Map<String, List<String>> rows, List<Got> events) {
    var heard = new TreeMap<String, String>();
    events.forEach(got -> heard.put(key(got.table(), got.row()), sorted(got.row())));
    var read = new TreeMap<String, String>();
    rows.forEach(
        (table, ids) -> {
          var filter =
              table.equals("availability")
                  ? "user_id=in.("
                      + ids.stream().map(id -> id.substring(0, 36)).collect(Collectors.joining(","))
                      + ")"
                  : "id=in.(" + String.join(",", ids) + ")";
          Objects.requireNonNull(CLIENTS.get(name))
              .rows("/rest/v1/" + table + "?" + filter)
              .forEach(row -> read.put(key(table, row), sorted(row)));
        });
    assertThat(heard.keySet()).as(name + " of " + rows).isEqualTo(read.keySet());
    assertThat(heard).as(name).isEqualTo(read);
    return heard.size();
  }

  private static String sorted(JsonNode row) {
    var all = new TreeMap<String, String>();
    row.entries().forEach(entry -> all.put(entry.getKey(), Json.write(entry.getValue())));
    return all.toString();
  }

  private static <T> T pick(List<T> list) {
    return list.get(RANDOM.nextInt(list.size()));
  }
}
