package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who becomes a member, and what those who add somebody get to know and to decide.
class JoiningTest {
  private static final String ORGANIZATIONS = "/admin/v1/organizations";
  private static World world = new World(TestServer.shared());
  private static String here = "";
  private static String there = "";

  @BeforeAll
  static void twoOrganizations() {
    world = new World(TestServer.shared());
    here = world.organization("admin");
    there = world.organization("stranger-admin");
    world.member(here, "mentor", "peer_mentor");
    world.member(here, "coordinator", "coordinator");
    world.member(there, "stranger", "peer_mentor");
    world.account("global");
    world.service.made("/rest/v1/platform_admins", Client.object("user_id", world.id("global")));
  }

  @Test
  void noAdministratorGetsALinkToAnAccountOfAnotherOrganization() {
    var created =
        world.service.post(
            ORGANIZATIONS,
            Client.object(
                "name", "Pending", "slug", "pending", "admin_email", world.email("chief")));
    var link = Client.text(Json.parse(created.body()).get("admin"), "invitation_url");

    var added = add("stranger-admin", there, "chief");

    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    assertThat(location(Http.get(Client.text(Json.parse(added.body()), "invitation_url"))))
        .contains("error_code=otp_expired");
    assertThat(location(Http.get(link))).contains("access_token=");
  }

  @Test
  void whoHasAnAccountBecomesAMemberByAccepting() {
    world.account("settled");

    var added = add("admin", here, "settled");
    var code = Client.text(Json.parse(added.body()), "acceptance_code");
    var before = world.as("settled").rows("/rest/v1/rpc/my_organizations");
    var profileBefore = world.as("admin").rows("/rest/v1/profiles?id=eq." + world.id("settled"));
    var accepted = accept("settled", code);

    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    assertThat(Client.text(Json.parse(added.body()), "status")).isEqualTo("suspended");
    assertThat(before).isEmpty();
    assertThat(profileBefore).as("nothing of a person who has not accepted").isEmpty();
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    assertThat(accepted.body()).contains(here);
    assertThat(Client.text(claims(world.signedInAgain("settled")), "organization_id"))
        .isEqualTo(here);
    assertThat(accept("settled", code).statusCode()).as("a code is good once").isEqualTo(400);
  }

  @Test
  void nobodyElseAcceptsForAPerson() {
    world.account("asked");
    var added = Json.parse(add("admin", here, "asked").body());
    var code = Client.text(added, "acceptance_code");
    var row = membership(world.id("asked"), here);

    var byAdministrator =
        world.as("admin").patch(invited(added), Client.object("status", "active"));
    world.as("admin").patch(row, Client.object("status", "active"));
    var bySomebodyElse = accept("stranger", code);
    var withoutTheCode = accept("asked", "0");

    assertRefused(byAdministrator, "has not accepted");
    assertThat(bySomebodyElse.statusCode()).as(bySomebodyElse.body()).isEqualTo(400);
    assertThat(withoutTheCode.statusCode()).as(withoutTheCode.body()).isEqualTo(400);
    assertThat(Client.text(world.service.rows(row).getFirst(), "status")).isEqualTo("suspended");
  }

  @Test
  void aCodeIsGoodFor14Days() {
    world.account("slow");
    var added = Json.parse(add("admin", here, "slow").body());
    var code = Client.text(added, "acceptance_code");
    var owner = new Owner(TestServer.shared());

    var life =
        owner.text(
            "select i.ends_at - i.created_at from private.membership_invitations i join"
                + " public.memberships m on m.id = i.membership_id where m.user_id = ?::uuid",
            world.id("slow"));
    owner.run(
        "update private.membership_invitations i set ends_at = now() from public.memberships m"
            + " where m.id = i.membership_id and m.user_id = ?::uuid",
        world.id("slow"));
    var late = accept("slow", code);
    var byAdministrator =
        world.as("admin").patch(invited(added), Client.object("status", "active"));
    world.as("admin").delete(invited(added));
    var again = Json.parse(add("admin", here, "slow").body());

    assertThat(life).isEqualTo("14 days");
    assertThat(late.statusCode()).as(late.body()).isEqualTo(400);
    assertThat(late.body()).contains("good once and for 14 days");
    assertRefused(byAdministrator, "has not accepted");
    assertThat(accept("slow", Client.text(again, "acceptance_code")).statusCode()).isEqualTo(200);
  }

  @Test
  void suspendingAMembershipThatWaitsEndsItsCode() {
    world.account("unwanted");
    var added = Json.parse(add("admin", here, "unwanted").body());
    var member = invited(added);

    var moved = world.as("admin").patch(member, Client.object("role", "coordinator"));
    var suspended = world.as("admin").patch(member, Client.object("status", "suspended"));
    var accepted = accept("unwanted", Client.text(added, "acceptance_code"));
    var byAdministrator = world.as("admin").patch(member, Client.object("status", "active"));

    assertThat(moved.statusCode()).as(moved.body()).isEqualTo(200);
    assertThat(suspended.statusCode()).as(suspended.body()).isEqualTo(200);
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(400);
    assertRefused(byAdministrator, "has not accepted");
    assertThat(
            world
                .service
                .patch(membership(world.id("unwanted"), here), Client.object("status", "active"))
                .statusCode())
        .as("the operator decides without asking")
        .isEqualTo(204);
  }

  @Test
  void anotherChangeOfAMembershipThatWaitsLeavesItsCode() {
    world.account("promoted");
    var added = Json.parse(add("admin", here, "promoted").body());
    var member = invited(added);

    var changed = world.as("admin").patch(member, Client.object("role", "coordinator"));
    var accepted = accept("promoted", Client.text(added, "acceptance_code"));

    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    assertThat(Client.text(claims(world.signedInAgain("promoted")), "user_role"))
        .isEqualTo("coordinator");
  }

  @Test
  void nobodyJoinsASuspendedOrganization() {
    var closed = world.organization("closing-admin");
    world.account("hopeful");
    var added = Json.parse(add("closing-admin", closed, "hopeful").body());
    var code = Client.text(added, "acceptance_code");
    world.service.patch(ORGANIZATIONS + "/" + closed, Client.object("status", "suspended"));

    var refused = accept("hopeful", code);
    world.service.patch(ORGANIZATIONS + "/" + closed, Client.object("status", "active"));
    var accepted = accept("hopeful", code);

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains("this organization is suspended");
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
  }

  @Test
  void askingForConsentInVainIsRefused() {
    var active = world.member(here, "settled-long-ago", "peer_mentor");
    var owner = new Owner(TestServer.shared());

    var refused =
        catchThrowableOfType(
            ApiException.class,
            () ->
                owner.run(
                    "select private.await_consent(id, '00') from public.memberships where user_id ="
                        + " ?::uuid",
                    active));

    assertThat(refused.error())
        .isInstanceOfSatisfying(
            Failure.Database.class, failure -> assertThat(failure.sqlState()).isEqualTo("42501"));
    assertThat(
            owner.text(
                "select count(*) from private.membership_invitations where code_hash = '\\x00'"))
        .isEqualTo("0");
  }

  @Test
  void whoOpensALinkInSomebodyElsesNameIsNotTakenForThatPersonElsewhere() {
    var link = Client.text(Json.parse(add("admin", here, "absent").body()), "invitation_url");
    var inviter = Client.anon(TestServer.shared()).withToken(token(link));

    var added = Json.parse(add("stranger-admin", there, "absent").body());
    var guessed = accept(inviter, "guessed");
    var known = accept(inviter, Client.text(added, "acceptance_code"));

    assertThat(guessed.statusCode()).isEqualTo(400);
    assertRefused(known, "you have not shown yet");
    var row = world.service.rows("/rest/v1/memberships?id=eq." + Client.text(added, "id"));
    assertThat(Client.text(row.getFirst(), "status")).isEqualTo("suspended");
  }

  @Test
  void whoseAccountSomebodyElseGotIntoAcceptsAfterTheOperatorGaveANewLink() {
    var link = Client.text(Json.parse(add("admin", here, "regained").body()), "invitation_url");
    var inviter = Client.anon(TestServer.shared()).withToken(token(link));
    inviter.send("PUT", "/auth/v1/user", Client.object("password", Client.PASSWORD));
    assertThat(signIn("regained").statusCode()).isEqualTo(200);
    var added = Json.parse(add("stranger-admin", there, "regained").body());
    var given =
        world.service.post(
            "/auth/v1/admin/generate_link",
            Client.object("type", "recovery", "email", world.email("regained")));

    var owner =
        Client.anon(TestServer.shared())
            .withToken(token(Client.text(Json.parse(given.body()), "action_link")));
    var accepted = accept(owner, Client.text(added, "acceptance_code"));

    assertThat(signIn("regained").statusCode()).as("the inviter's password").isEqualTo(400);
    assertThat(inviter.get("/auth/v1/user").body()).contains("session_not_found");
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    assertThat(accepted.body()).contains(there);
  }

  @Test
  void theOperatorMakesNoMemberOfAnAccountThatSomebodyElseGotInto() {
    var link =
        Client.text(Json.parse(add("admin", here, "hijacked-chief").body()), "invitation_url");
    var inviter = Client.anon(TestServer.shared()).withToken(token(link));
    inviter.send("PUT", "/auth/v1/user", Client.object("password", Client.PASSWORD));

    var made =
        Json.parse(
            world
                .service
                .post(
                    ORGANIZATIONS,
                    Client.object(
                        "name",
                        "Hijacked",
                        "slug",
                        "hijacked-chief",
                        "admin_email",
                        world.email("hijacked-chief"),
                        "password",
                        "et annet passord"))
                .body());

    assertThat(Client.text(made.get("admin"), "status")).isEqualTo("suspended");
    assertThat(Client.text(made.get("admin"), "notice"))
        .contains("has an account already", "password was not changed", "suspended");
    var hijacker = claims(world.as("hijacked-chief"));
    assertThat(Json.write(Client.field(hijacker, "organizations")))
        .contains(here)
        .doesNotContain(Client.text(made, "id"));
  }

  @Test
  void theOperatorIsToldThatAnAccountKeepsItsPassword() {
    world.account("keeper");
    var body =
        Client.object(
            "email", world.email("keeper"), "role", "peer_mentor", "password", "et annet passord");

    var added =
        Json.parse(world.service.post(ORGANIZATIONS + "/" + here + "/members", body).body());

    assertThat(Client.text(added, "status")).isEqualTo("active");
    assertThat(Client.text(added, "is_new")).isEqualTo("false");
    assertThat(Client.text(added, "notice")).contains("Its password was not changed");
    assertThat(signIn("keeper").statusCode()).isEqualTo(200);
  }

  @Test
  void whoInvitesLearnsNothingOfWhetherAnAddressHasAnAccount() {
    world.account("known");

    var known = Json.parse(add("admin", here, "known").body());
    var unknown = Json.parse(add("admin", here, "unknown").body());

    for (var answer : List.of(known, unknown)) {
      assertThat(Json.write(answer).replaceAll("[0-9a-f]{56}|[0-9a-f-]{36}", "X"))
          .isEqualTo(
              "{\"id\":\"X\",\"email\":\"%s\",\"role\":\"peer_mentor\",\"status\":\"suspended\",\"invitation_url\":\"%s\",\"acceptance_code\":\"%s\"}"
                  .formatted(
                      Client.text(answer, "email"),
                      Client.text(known, "invitation_url").replaceAll("[0-9a-f]{56}", "X"),
                      Client.text(answer, "acceptance_code")));
    }
    assertThat(Json.write(known)).doesNotContain(world.id("known"));
    var listed = world.as("admin").get(ORGANIZATIONS + "/" + here + "/members").body();
    assertThat(listed)
        .contains(world.email("known"), world.email("unknown"))
        .doesNotContain(world.id("known"), world.accountOf("unknown"));
  }

  @Test
  void theAddressIsShownAsItWasTypedUntilThePersonAccepts() {
    world.account("mover");
    var typed = world.email("MOVER");
    var added =
        Json.parse(
            world
                .as("admin")
                .post(
                    ORGANIZATIONS + "/" + here + "/members",
                    Client.object("email", typed, "role", "peer_mentor"))
                .body());
    var moved = Client.object("email", world.email("moved"));
    world.service.send("PUT", "/auth/v1/admin/users/" + world.id("mover"), moved);

    var before = world.as("admin").get(ORGANIZATIONS + "/" + here + "/members").body();
    var session = Client.signIn(TestServer.shared(), world.email("moved"));
    var accepted = accept(session, Client.text(added, "acceptance_code"));
    var after = world.as("admin").get(ORGANIZATIONS + "/" + here + "/members").body();

    assertThat(Client.text(added, "email")).isEqualTo(typed);
    assertThat(before).contains(typed).doesNotContain(world.email("moved"), world.id("mover"));
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    assertThat(after).contains(world.email("moved"), world.id("mover")).doesNotContain(typed);
  }

  @Test
  void whoMayNotAddPeopleIsRefusedBeforeAnybodyIsLookedUp() {
    for (var person : List.of("mentor", "coordinator", "stranger-admin")) {
      // an address that no account can have is found out where accounts are looked up
      var body = Client.object("email", "a".repeat(65) + "@people.example", "role", "peer_mentor");
      var refused = world.as(person).post(ORGANIZATIONS + "/" + here + "/members", body);

      assertThat(refused.statusCode()).as(person + refused.body()).isEqualTo(403);
    }
  }

  @Test
  void anInvitationOfOnesOwnMayBeRepeated() {
    var first = Json.parse(add("admin", here, "late").body());
    var person = world.accountOf("late");
    var removed =
        world
            .as("admin")
            .delete(ORGANIZATIONS + "/" + here + "/members/" + Client.text(first, "id"));

    var second = Json.parse(add("admin", here, "late").body());

    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(world.accountOf("late")).isEqualTo(person);
    assertThat(location(Http.get(Client.text(first, "invitation_url")))).contains("error=");
    assertThat(location(Http.get(Client.text(second, "invitation_url")))).contains("access_token=");
  }

  @Test
  void anAdministratorOfAnOrganizationGivesNobodyAPassword() {
    var answer =
        world
            .as("admin")
            .post(
                ORGANIZATIONS + "/" + here + "/members",
                Client.object(
                    "email",
                    world.email("hijacked"),
                    "role",
                    "peer_mentor",
                    "password",
                    Client.PASSWORD));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(signIn("hijacked").statusCode()).isEqualTo(400);
    assertThat(world.service.get("/admin/v1/people?email=" + world.email("hijacked")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void anAdministratorOfThePlatformMayGiveANewAccountAPassword() {
    var answer =
        world
            .as("global")
            .post(
                ORGANIZATIONS + "/" + here + "/members",
                Client.object(
                    "email",
                    world.email("welcome"),
                    "role",
                    "peer_mentor",
                    "password",
                    Client.PASSWORD));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(signIn("welcome").statusCode()).isEqualTo(200);
  }

  @Test
  void nobodyIsAddedByTheirIdAlone() {
    var stranger = world.id("stranger");
    var row = Client.object("user_id", stranger, "organization_id", here);

    assertRefused(world.as("admin").post("/rest/v1/memberships", row), "management API");
    assertRefused(
        world
            .as("admin")
            .with("Prefer", "resolution=merge-duplicates")
            .post("/rest/v1/memberships?on_conflict=user_id,organization_id", row),
        "management API");
    assertThat(world.as("admin").rows("/rest/v1/profiles?id=eq." + stranger)).isEmpty();
    assertThat(world.service.rows(membership(stranger, here))).isEmpty();
  }

  @Test
  void theRefusalDoesNotTellWhetherSomebodyIsAMemberElsewhere() {
    var member = Client.object("user_id", world.id("stranger"), "organization_id", there);
    var none = Client.object("user_id", world.id("mentor"), "organization_id", there);

    var known = world.as("admin").post("/rest/v1/memberships", member);
    var unknown = world.as("admin").post("/rest/v1/memberships", none);

    assertRefused(known, "management API");
    assertThat(known.body()).isEqualTo(unknown.body());
  }

  @Test
  void whichMembershipIsPrimaryIsForTheMemberToSay() {
    var primary = "{\"is_primary\": true}";

    var others = world.as("admin").patch(membership(world.id("mentor"), here), primary);
    var own = world.as("admin").patch(membership(world.id("admin"), here), primary);

    assertRefused(others, "for the member to say");
    assertThat(own.statusCode()).as(own.body()).isEqualTo(204);
    assertThat(
            Client.text(
                world.service.rows(membership(world.id("mentor"), here)).getFirst(), "is_primary"))
        .isEqualTo("false");
  }

  @Test
  void theProfileOfASuspendedMemberIsClosedToStaff() {
    var person = world.member(here, "resting", "peer_mentor");
    var profile = "/rest/v1/profiles?id=eq." + person;
    var before = world.as("coordinator").rows(profile);

    var suspended =
        world
            .as("admin")
            .patch(
                ORGANIZATIONS + "/" + here + "/members/" + person,
                Client.object("status", "suspended"));

    assertThat(before).hasSize(1);
    assertThat(suspended.statusCode()).as(suspended.body()).isEqualTo(200);
    assertThat(world.as("coordinator").rows(profile)).isEmpty();
    assertThat(world.as("admin").rows(profile)).isEmpty();
  }

  @Test
  void anAdministratorOfThePlatformMakesNoMembershipOfTheirOwn() {
    var own = world.id("global");
    var row = Client.object("user_id", own, "organization_id", here, "role", "coordinator");

    assertRefused(world.as("global").post("/rest/v1/memberships", row), "by somebody else");
    assertRefused(add("global", here, "global"), "by somebody else");
    assertThat(world.service.rows(membership(own, here))).isEmpty();
  }

  @Test
  void anAdministratorOfThePlatformChangesNoMembershipOfTheirOwn() {
    var own = world.member(there, "global", "peer_mentor");
    var more = Client.object("role", "coordinator");

    assertRefused(world.as("global").patch(membership(own, there), more), "by somebody else");
    assertRefused(
        world.as("global").patch(ORGANIZATIONS + "/" + there + "/members/" + own, more),
        "by somebody else");
    assertThat(Client.text(world.service.rows(membership(own, there)).getFirst(), "role"))
        .isEqualTo("peer_mentor");
  }

  @Test
  void aTokenOfAnotherDatabaseRoleIsNotServedByTheManagementApi() {
    var person = world.member(here, "renamed", "peer_mentor");
    world.service.send("PUT", "/auth/v1/admin/users/" + person, "{\"role\": \"postgres\"}");

    var client = world.as("renamed");

    assertThat(Client.text(claims(client), "role")).isEqualTo("postgres");
    for (var path :
        new String[] {
          ORGANIZATIONS, ORGANIZATIONS + "/" + there, ORGANIZATIONS + "/" + there + "/members"
        }) {
      assertThat(client.get(path).statusCode()).as(path).isEqualTo(403);
    }
    assertThat(add("renamed", here, "accomplice").statusCode()).isEqualTo(403);
  }

  private static HttpResponse<String> add(String admin, String organization, String person) {
    return world
        .as(admin)
        .post(
            ORGANIZATIONS + "/" + organization + "/members",
            Client.object("email", world.email(person), "role", "peer_mentor"));
  }

  private static HttpResponse<String> accept(String person, String code) {
    return accept(world.as(person), code);
  }

  private static HttpResponse<String> accept(Client person, String code) {
    return person.post("/rest/v1/rpc/accept_membership", Client.object("code", code));
  }

  /// The access token that following a link leads to.
  private static String token(String link) {
    var location = location(Http.get(link));
    assertThat(location).contains("access_token=");
    return location.replaceAll("(?s).*access_token=([^&]+).*", "$1");
  }

  private static HttpResponse<String> signIn(String person) {
    return Client.anon(TestServer.shared())
        .post(
            "/auth/v1/token?grant_type=password",
            Client.object("email", world.email(person), "password", Client.PASSWORD));
  }

  /// The path of an invitation, by the id that its inviter was told.
  private static String invited(JsonNode added) {
    return ORGANIZATIONS + "/" + here + "/members/" + Client.text(added, "id");
  }

  private static String membership(String person, String organization) {
    return "/rest/v1/memberships?user_id=eq.%s&organization_id=eq.%s"
        .formatted(person, organization);
  }

  private static JsonNode claims(Client client) {
    return OrganizationsTest.claims(client);
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  private static void assertRefused(HttpResponse<String> answer, String reason) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains("42501", reason);
  }
}
