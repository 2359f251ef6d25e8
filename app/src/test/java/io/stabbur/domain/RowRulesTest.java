package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Bad input is refused with the reason and its SQLSTATE, and nothing is stored.
class RowRulesTest {
  private static World world = new World(TestServer.shared());
  private static String here = "";
  private static String there = "";

  @BeforeAll
  static void twoOrganizations() {
    world = new World(TestServer.shared());
    here = world.organization("admin");
    there = world.organization("stranger");
    world.member(here, "mentor", "peer_mentor");
    world.member(here, "colleague", "peer_mentor");
    world.member(here, "coordinator", "coordinator");
  }

  @Test
  void aClaimOfNothingIsRefused() {
    var answer =
        world
            .as("mentor")
            .post("/rest/v1/expense_claims", "{\"kind\": \"mileage\", \"amount\": 0}");

    assertRefused(answer, 400, "23514", "expense_claims_amount_positive");
    assertThat(world.as("mentor").rows("/rest/v1/expense_claims?amount=eq.0")).isEmpty();
  }

  @Test
  void aWordOfTheGrantReportIsNoFormula() {
    for (var word : new String[] {"=HYPERLINK(\\\"x\\\")", "@SUM(1)", "+1", "-1", "\\t=1"}) {
      var answer =
          world.as("mentor").post("/rest/v1/activities", "{\"type\": \"%s\"}".formatted(word));

      assertRefused(answer, 400, "23514", "activities_type_check");
    }
    assertThat(world.as("mentor").post("/rest/v1/activities", "{\"type\": \"Åpen dag\"}"))
        .extracting(java.net.http.HttpResponse::statusCode)
        .isEqualTo(201);
  }

  @Test
  void nobodyApprovesTheirOwnClaim() {
    for (var person : new String[] {"coordinator", "admin"}) {
      var claim = claim(person);

      var answer = decide(person, claim, "approved");

      assertRefused(answer, 403, "42501", "somebody else than the claimant");
      assertThat(status(claim)).isEqualTo("submitted");
    }
  }

  @Test
  void aClaimIsApprovedByStaffAndPaidByTheAdministrator() {
    var claim = claim("mentor");

    assertRefused(decide("admin", claim, "paid"), 403, "42501", "from submitted to paid");
    assertThat(decide("coordinator", claim, "approved").statusCode()).isEqualTo(204);
    assertRefused(decide("coordinator", claim, "paid"), 403, "42501", "by an administrator");
    assertThat(decide("admin", claim, "paid").statusCode()).isEqualTo(204);
    var row = world.service.rows("/rest/v1/expense_claims?id=eq." + claim).getFirst();
    assertThat(Client.text(row, "decided_by")).isEqualTo(world.id("coordinator"));
    assertThat(Client.text(row, "decided_at")).isNotEmpty();
  }

  @Test
  void aDecidedClaimIsNoLongerTheMentorsToEdit() {
    var claim = claim("mentor");
    decide("coordinator", claim, "rejected");

    var answer =
        world
            .as("mentor")
            .with("Prefer", "return=representation")
            .patch("/rest/v1/expense_claims?id=eq." + claim, "{\"amount\": 99}");

    assertThat(Client.list(answer)).isEmpty();
    assertThat(status(claim)).isEqualTo("rejected");
  }

  @Test
  void staffChangeNothingButTheDecision() {
    var claim = claim("mentor");

    var answer =
        world
            .as("coordinator")
            .patch(
                "/rest/v1/expense_claims?id=eq." + claim,
                "{\"status\": \"approved\", \"amount\": 1}");

    assertRefused(answer, 403, "42501", "amount");
    assertThat(status(claim)).isEqualTo("submitted");
  }

  @Test
  void noRowMovesToAnotherOrganization() {
    var contact = Client.text(contact(), "id");

    var answer =
        world
            .as("coordinator")
            .patch("/rest/v1/contacts?id=eq." + contact, Client.object("organization_id", there));

    assertRefused(answer, 403, "42501", "cannot be moved to another organization");
  }

  @Test
  void aRowForAnotherOrganizationIsRefused() {
    var answer =
        world
            .as("mentor")
            .post(
                "/rest/v1/contacts",
                Client.object("organization_id", there, "full_name", "Nobody"));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(Client.text(Json.parse(answer.body()), "code")).isEqualTo("42501");
  }

  @Test
  void aMentorGivesNothingToSomebodyElse() {
    var contact = Client.text(contact(), "id");

    var answer =
        world
            .as("mentor")
            .patch(
                "/rest/v1/contacts?id=eq." + contact,
                Client.object("owner_id", world.id("colleague")));

    assertRefused(answer, 403, "42501", "owned by that peer mentor");
  }

  @Test
  void anUnknownRoleIsRefused() {
    var answer =
        world
            .as("admin")
            .patch(
                "/rest/v1/memberships?user_id=eq." + world.id("mentor"),
                Client.object("role", "global_admin"));

    assertRefused(answer, 400, "22P02", "app_role");
  }

  @Test
  void aDuplicateSlugIsRefused() {
    var slug =
        Client.text(world.service.rows("/rest/v1/organizations?id=eq." + here).getFirst(), "slug");

    var answer =
        world.service.post("/rest/v1/organizations", Client.object("slug", slug, "name", "Twice"));

    assertRefused(answer, 409, "23505", "organizations_slug_key");
  }

  @Test
  void anAssignmentIsForAMemberOnly() {
    var answer =
        world
            .as("coordinator")
            .post("/rest/v1/assignments", Client.object("peer_mentor_id", world.id("stranger")));

    assertRefused(answer, 403, "42501", "not an active member");
  }

  @Test
  void aReferenceToAnotherOrganizationsRowIsRefused() {
    var foreign =
        Client.text(
            world.service.made(
                "/rest/v1/activities",
                Client.object("organization_id", there, "user_id", world.id("stranger"))),
            "id");

    var answer =
        world
            .as("mentor")
            .post(
                "/rest/v1/expense_claims",
                "{\"kind\": \"mileage\", \"amount\": 5, \"activity_id\": \"" + foreign + "\"}");

    assertRefused(answer, 409, "23503", "expense_claims_activity_fkey");
  }

  @Test
  void aPrimaryKeyIsNotChanged() {
    var contact = "/rest/v1/contacts?id=eq." + Client.text(contact(), "id");
    var claim = "/rest/v1/expense_claims?id=eq." + claim("mentor");
    var label =
        Client.object("organization_id", here, "key", "word", "locale", "nb", "label", "Word");
    assertThat(world.as("admin").post("/rest/v1/org_labels", label).statusCode()).isEqualTo(201);
    var other = Client.object("id", java.util.UUID.randomUUID().toString());

    assertRefused(world.as("mentor").patch(contact, other), 403, "42501", "primary key");
    assertRefused(world.as("mentor").patch(claim, other), 403, "42501", "primary key");
    assertRefused(world.service.patch(claim, other), 403, "42501", "primary key");
    assertRefused(
        world
            .as("admin")
            .patch("/rest/v1/org_labels?key=eq.word", Client.object("key", "another word")),
        403,
        "42501",
        "primary key");
  }

  @Test
  void twoRowsDoNotExchangeTheirKeysInOneStatement() {
    var one = Client.text(assignment(), "id");
    var two = Client.text(assignment(), "id");
    var rows =
        "[{\"id\": \"%s\", \"organization_id\": \"%s\", \"message\": \"of two\"}]"
            .formatted(two, here);

    var answer =
        world
            .as("coordinator")
            .patch("/rest/v1/assignments?id=eq." + one, Client.object("id", two));
    var upsert =
        world
            .as("coordinator")
            .with("Prefer", "resolution=merge-duplicates")
            .post("/rest/v1/assignments?on_conflict=organization_id,id", rows);

    assertRefused(answer, 403, "42501", "primary key");
    assertThat(upsert.statusCode()).as("a write that keeps the key passes").isEqualTo(200);
  }

  private static io.micronaut.json.tree.JsonNode assignment() {
    return world
        .as("coordinator")
        .made("/rest/v1/assignments", Client.object("peer_mentor_id", world.id("mentor")));
  }

  private static String claim(String person) {
    return Client.text(
        world.service.made(
            "/rest/v1/expense_claims",
            "{\"organization_id\": \"%s\", \"user_id\": \"%s\", \"kind\": \"receipt\", \"amount\": 120.50, \"status\": \"submitted\"}"
                .formatted(here, world.id(person))),
        "id");
  }

  private static io.micronaut.json.tree.JsonNode contact() {
    return world.as("mentor").made("/rest/v1/contacts", Client.object("full_name", "A Contact"));
  }

  private static HttpResponse<String> decide(String person, String claim, String status) {
    return world
        .as(person)
        .patch("/rest/v1/expense_claims?id=eq." + claim, Client.object("status", status));
  }

  private static String status(String claim) {
    return Client.text(
        world.service.rows("/rest/v1/expense_claims?id=eq." + claim).getFirst(), "status");
  }

  private static void assertRefused(
      HttpResponse<String> answer, int status, String sqlState, String reason) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    var error = Json.parse(answer.body());
    assertThat(Client.text(error, "code")).isEqualTo(sqlState);
    assertThat(Client.text(error, "message")).contains(reason);
  }
}
