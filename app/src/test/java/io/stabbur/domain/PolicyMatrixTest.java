package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.domain.PolicyMatrix.Cell;
import io.stabbur.domain.PolicyMatrix.Verb;
import io.stabbur.domain.PolicyMatrix.Whose;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every cell of [PolicyMatrix] through the HTTP API, with tokens of people who signed in.
class PolicyMatrixTest {
  private static final Map<String, String> PEOPLE =
      Map.of(
          "peer_mentor", "mentor",
          "coordinator", "coordinator",
          "org_admin", "admin",
          "global_admin", "global",
          "anon", "colleague");
  private static World world = new World(TestServer.shared());
  private static String here = "";
  private static String there = "";

  @BeforeAll
  static void twoOrganizations() {
    world = new World(TestServer.shared());
    here = world.organization("admin");
    there = world.organization("stranger-admin");
    world.member(here, "mentor", "peer_mentor");
    world.member(here, "colleague", "peer_mentor");
    world.member(here, "coordinator", "coordinator");
    world.member(there, "stranger", "peer_mentor");
    world.account("global");
    world.service.made("/rest/v1/platform_admins", Client.object("user_id", world.id("global")));
    PEOPLE.values().forEach(world::as);
    assertThat(world.service.post("/admin/v1/statistics/refresh", "").statusCode()).isEqualTo(204);
  }

  @Test
  void theMatrixHoldsAtLeast400Assertions() {
    assertThat(PolicyMatrix.cells().size() * Verb.values().length).isGreaterThanOrEqualTo(400);
  }

  @TestFactory
  Stream<DynamicTest> everyCell() {
    var asserted = new AtomicInteger();
    var cells =
        PolicyMatrix.cells().stream()
            .map(
                cell -> DynamicTest.dynamicTest(cell.toString(), () -> assertCell(cell, asserted)));
    var all =
        DynamicTest.dynamicTest(
            "all of them",
            () ->
                assertThat(asserted).hasValue(PolicyMatrix.cells().size() * Verb.values().length));
    return Stream.concat(cells, Stream.of(all));
  }

  private static void assertCell(Cell cell, AtomicInteger asserted) {
    for (var verb : Verb.values()) {
      var row = row(cell);
      try {
        assertVerb(cell, verb, row);
        asserted.incrementAndGet();
      } finally {
        restore(row);
      }
    }
  }

  private static void assertVerb(Cell cell, Verb verb, MatrixRow row) {
    var client = client(cell.role());
    boolean allowed = cell.allows(verb);
    var what = cell + " " + verb;
    switch (verb) {
      case SELECT -> {
        present(row);
        var answer = client.get(row.path());
        if (allowed) {
          assertThat(answer.statusCode()).as(what + answer.body()).isEqualTo(200);
        }
        assertThat(Client.list(answer).isEmpty()).as(what + answer.body()).isEqualTo(!allowed);
      }
      case INSERT -> {
        absent(row);
        // who may read the row is told it: a policy must see what the same statement has inserted
        boolean told = allowed && cell.allows(Verb.SELECT);
        var answer =
            client
                .with("Prefer", told ? "return=representation" : "return=minimal")
                .post("/rest/v1/" + row.table(), row.json());
        if (allowed) {
          assertThat(answer.statusCode()).as(what + answer.body()).isEqualTo(201);
          assertThat(told ? Client.list(answer).size() : 1).as(what).isEqualTo(1);
        } else {
          assertThat(refused(answer)).as(what + answer.body()).isTrue();
        }
        assertThat(made(row)).as(what).hasSize(allowed ? 1 : 0);
      }
      case UPDATE -> {
        present(row);
        var before = seen(row);
        var answer = client.with("Prefer", "return=representation").patch(row.path(), row.change());
        if (allowed) {
          assertThat(answer.statusCode()).as(what + answer.body()).isEqualTo(200);
          assertThat(Client.list(answer)).as(what).hasSize(1);
          assertThat(seen(row)).as(what).isNotEqualTo(before);
        } else {
          assertThat(changedNothing(answer)).as(what + answer.body()).isTrue();
          assertThat(seen(row)).as(what).isEqualTo(before);
        }
      }
      case DELETE -> {
        present(row);
        var before = seen(row);
        var answer = client.with("Prefer", "return=representation").delete(row.path());
        if (!allowed) {
          assertThat(changedNothing(answer)).as(what + answer.body()).isTrue();
          assertThat(seen(row)).as(what).isEqualTo(before);
        } else if (row.isMade()) {
          assertThat(answer.statusCode()).as(what + answer.body()).isEqualTo(200);
          assertThat(seen(row)).as(what).isEmpty();
        } else {
          // The policy lets it pass; what belongs to the organisation keeps it.
          assertThat(answer.body()).as(what).contains("23503");
        }
      }
    }
  }

  /// Refused by a right or a rule, or no row the policy lets the caller change.
  private static boolean changedNothing(HttpResponse<String> answer) {
    return refused(answer) || (answer.statusCode() == 200 && Client.list(answer).isEmpty());
  }

  /// A right or a rule says no: 42501, as 401 to a caller without a token. Nothing else counts,
  /// such as a row that is malformed.
  private static boolean refused(HttpResponse<String> answer) {
    return (answer.statusCode() == 401 || answer.statusCode() == 403)
        && Client.text(Json.parse(answer.body()), "code").equals("42501");
  }

  private static MatrixRow row(Cell cell) {
    var organization = cell.whose() == Whose.OTHER ? there : here;
    var owner =
        switch (cell.whose()) {
          case OWN -> PEOPLE.getOrDefault(cell.role(), "");
          case SAME -> "colleague";
          case OTHER -> "stranger";
        };
    boolean ownStaff =
        cell.whose() == Whose.OWN
            && (cell.role().equals("coordinator") || cell.role().equals("org_admin"));
    return MatrixRow.of(
        cell.table(),
        cell.role(),
        organization,
        world.id(owner),
        ownStaff ? cell.role() : "peer_mentor");
  }

  private static Client client(String role) {
    return role.equals("anon")
        ? Client.anon(TestServer.shared())
        : world.as(PEOPLE.getOrDefault(role, ""));
  }

  private static void present(MatrixRow row) {
    if (row.isMade()) {
      absent(row);
      var _ = world.service.made("/rest/v1/" + row.table(), row.json());
      if (row.table().equals("profiles")) {
        restore(row);
      }
    }
  }

  private static void absent(MatrixRow row) {
    if (row.isMade()) {
      assertThat(world.service.delete(row.path()).statusCode()).isEqualTo(204);
    }
  }

  /// The row as the service role sees it; of what only grows, nothing.
  private static List<JsonNode> seen(MatrixRow row) {
    return row.table().equals("audit_log") ? List.of() : world.service.rows(row.path());
  }

  /// The row that an insert made, if it made one.
  private static List<JsonNode> made(MatrixRow row) {
    return switch (row.table()) {
      case "organizations" ->
          world.service.rows(
              "/rest/v1/organizations?id=eq." + Client.text(Json.parse(row.json()), "id"));
      case "audit_log" -> world.service.rows("/rest/v1/audit_log?action=eq.forged");
      case "org_stats" -> world.service.rows("/rest/v1/org_stats?month=eq.2020-01-01");
      default -> seen(row);
    };
  }

  /// Puts right what other cells rely on: that people have profiles and are members.
  private static void restore(MatrixRow row) {
    if (row.table().equals("profiles") || row.table().equals("memberships")) {
      var ignore = world.service.with("Prefer", "resolution=ignore-duplicates");
      for (var person :
          List.of("mentor", "colleague", "coordinator", "admin", "stranger", "global")) {
        var id = world.id(person);
        ignore.post("/rest/v1/profiles", Client.object("id", id));
        if (!person.equals("global")) {
          ignore.post(
              "/rest/v1/memberships?on_conflict=user_id,organization_id",
              Client.object(
                  "user_id",
                  id,
                  "organization_id",
                  person.equals("stranger") ? there : here,
                  "role",
                  roleOf(person)));
        }
      }
    }
    if (row.table().equals("platform_admins") && !row.filter().endsWith(world.id("global"))) {
      absent(row);
    }
  }

  private static String roleOf(String person) {
    return switch (person) {
      case "coordinator" -> "coordinator";
      case "admin" -> "org_admin";
      default -> "peer_mentor";
    };
  }
}
