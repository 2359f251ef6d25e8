package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A role that a project makes itself, with the rights of `authenticated`, is bound as that is.
class ProjectRoleTest {
  private static World world = new World(TestServer.shared());
  private static String here = "";
  private static String there = "";

  @BeforeAll
  static void aRoleOfTheProjectsOwn() {
    world = new World(TestServer.shared());
    var owner = new Owner(TestServer.shared());
    owner.run("create role field_app nologin in role authenticated");
    owner.run("grant field_app to authenticator");
    here = world.organization("admin");
    there = world.organization("elsewhere");
    for (var person : new String[] {"coordinator", "mentor"}) {
      var id = world.member(here, person, person.equals("mentor") ? "peer_mentor" : person);
      world.service.send("PUT", "/auth/v1/admin/users/" + id, "{\"role\": \"field_app\"}");
      assertThat(Client.text(OrganizationsTest.claims(world.as(person)), "role"))
          .isEqualTo("field_app");
    }
    var work =
        Client.object(
            "organization_id", there, "user_id", world.id("elsewhere"), "status", "submitted");
    world.service.made("/rest/v1/activities", work);
    assertThat(world.service.post("/admin/v1/statistics/refresh", "").statusCode()).isEqualTo(204);
  }

  @AfterAll
  static void withoutTheRole() {
    new Owner(TestServer.shared()).run("drop role field_app");
  }

  @Test
  void itDecidesNoClaimOfItsOwn() {
    var claim =
        world.service.made(
            "/rest/v1/expense_claims",
            """
            {"organization_id": "%s", "user_id": "%s", "kind": "mileage", "amount": 12.5, "status": "submitted"}"""
                .formatted(here, world.id("coordinator")));

    var answer =
        world
            .as("coordinator")
            .patch(
                "/rest/v1/expense_claims?id=eq." + Client.text(claim, "id"),
                Client.object("status", "approved"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains("somebody else than the claimant");
  }

  @Test
  void itChangesNothingOfAnActivityButItsStatus() {
    var activity = world.as("mentor").made("/rest/v1/activities", Client.object("title", "A"));

    var answer =
        world
            .as("coordinator")
            .patch(
                "/rest/v1/activities?id=eq." + Client.text(activity, "id"),
                Client.object("title", "B"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains("may not change title");
  }

  @Test
  void itSeesTheNumbersOfItsOrganizationOnly() {
    var counted = world.as("coordinator").rows("/rest/v1/org_stats?select=organization_id");
    var elsewhere = "/rest/v1/grant_report?organization_id=eq." + there;

    assertThat(counted)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(Client.text(row, "organization_id")).isEqualTo(here));
    assertThat(world.as("coordinator").rows(elsewhere)).isEmpty();
    assertThat(world.as("mentor").rows("/rest/v1/grant_report")).isEmpty();
    assertThat(world.service.rows(elsewhere)).isNotEmpty();
  }
}
