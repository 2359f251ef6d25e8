package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two organisations side by side, ten members each: each sees exactly its own.
class TwoOrganizationsTest {
  private static final List<String> ORGANIZATIONS = List.of("north", "south");
  private static World world = new World(TestServer.shared());
  private static final Map<String, String> IDS = new LinkedHashMap<>();

  @BeforeAll
  static void tenMembersEach() {
    world = new World(TestServer.shared());
    for (var name : ORGANIZATIONS) {
      var id = world.organization(name + "-admin");
      IDS.put(name, id);
      world.member(id, name + "-coordinator", "coordinator");
      for (int i = 1; i <= 8; i++) {
        world.member(id, name + "-mentor-" + i, "peer_mentor");
      }
      for (int i = 1; i <= 3; i++) {
        var mentor = world.as(name + "-mentor-" + i);
        var contact =
            mentor.made("/rest/v1/contacts", Client.object("full_name", name + " contact " + i));
        var _ =
            mentor.made(
                "/rest/v1/activities",
                "{\"title\": \"%s %d\", \"contact_id\": \"%s\", \"duration_minutes\": 90, \"status\": \"submitted\", \"type\": \"visit\", \"occurred_at\": \"2026-03-0%dT10:00:00Z\"}"
                    .formatted(name, i, Client.text(contact, "id"), i));
        var _ =
            mentor.made(
                "/rest/v1/expense_claims",
                "{\"kind\": \"mileage\", \"amount\": 45.50, \"status\": \"submitted\"}");
      }
      var _ =
          world
              .as(name + "-admin")
              .made(
                  "/rest/v1/org_labels",
                  Client.object("key", "likeperson", "locale", "nb", "label", name + " word"));
    }
    assertThat(world.service.post("/admin/v1/statistics/refresh", "").statusCode()).isEqualTo(204);
  }

  @Test
  void staffSeeTheRowsOfTheirOwnOrganizationAndNoOthers() {
    for (var name : ORGANIZATIONS) {
      for (var role : List.of("-admin", "-coordinator")) {
        var client = world.as(name + role);
        for (var table : List.of("contacts", "activities", "expense_claims")) {
          assertThat(client.rows("/rest/v1/" + table + "?select=organization_id"))
              .as(name + role + " " + table)
              .hasSize(3)
              .allMatch(row -> Client.text(row, "organization_id").equals(IDS.get(name)));
        }
        assertThat(client.rows("/rest/v1/memberships?select=organization_id"))
            .hasSize(10)
            .allMatch(row -> Client.text(row, "organization_id").equals(IDS.get(name)));
        assertThat(client.rows("/rest/v1/profiles?select=id")).hasSize(10);
      }
    }
  }

  @Test
  void aMentorSeesOnlyTheirOwnRows() {
    var rows = world.as("north-mentor-1").rows("/rest/v1/contacts");

    assertThat(rows)
        .extracting(row -> Client.text(row, "full_name"))
        .containsExactly("north contact 1");
    assertThat(world.as("north-mentor-8").rows("/rest/v1/activities")).isEmpty();
  }

  @Test
  void eachSpeaksItsOwnWords() {
    for (var name : ORGANIZATIONS) {
      assertThat(world.as(name + "-mentor-5").rows("/rest/v1/org_labels"))
          .extracting(row -> Client.text(row, "label"))
          .containsExactly(name + " word");
    }
  }

  @Test
  void statisticsAreThoseOfTheOwnOrganization() {
    for (var name : ORGANIZATIONS) {
      var rows = world.as(name + "-mentor-1").rows("/rest/v1/org_stats?month=eq.2026-03-01");

      assertThat(rows).hasSize(1);
      assertThat(Client.text(rows.getFirst(), "organization_id")).isEqualTo(IDS.get(name));
      assertThat(Client.text(rows.getFirst(), "activities")).isEqualTo("3");
      assertThat(Client.text(rows.getFirst(), "active_mentors")).isEqualTo("3");
      assertThat(Client.text(rows.getFirst(), "minutes")).isEqualTo("270");
    }
  }

  @Test
  void theGrantReportIsACsvFileOfTheOwnOrganizationForStaff() {
    var path =
        "/rest/v1/grant_report?select=organization,type,period,activities,participants,hours&period_kind=eq.year&year=eq.2026";

    var csv = world.as("north-admin").with("Accept", "text/csv").get(path);
    var mentor = world.as("north-mentor-1").rows(path);

    assertThat(csv.statusCode()).isEqualTo(200);
    assertThat(csv.headers().firstValue("Content-Type"))
        .hasValueSatisfying(t -> assertThat(t).startsWith("text/csv"));
    assertThat(csv.body().lines()).hasSize(2);
    assertThat(csv.body()).contains("visit,2026,3,3,4.50");
    assertThat(mentor).isEmpty();
  }

  @Test
  void theAuditLogIsThatOfTheOwnOrganization() {
    for (var name : ORGANIZATIONS) {
      assertThat(world.as(name + "-admin").rows("/rest/v1/audit_log?select=organization_id"))
          .isNotEmpty()
          .allMatch(row -> Client.text(row, "organization_id").equals(IDS.get(name)));
      assertThat(world.as(name + "-coordinator").rows("/rest/v1/audit_log")).isEmpty();
    }
  }

  @Test
  void colleaguesAreThoseOfTheOwnOrganization() {
    assertThat(world.as("south-mentor-1").rows("/rest/v1/rpc/colleagues")).hasSize(10);
  }
}
