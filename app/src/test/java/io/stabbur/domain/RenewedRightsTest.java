package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stabbur.organization.PersonalKeys;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What somebody may do is what the database says now, not what the token says: administrators
/// whose role was taken away a moment ago, and members who were removed.
class RenewedRightsTest {
  private static final String MEMBERS = "/admin/v1/organizations/%s/members";
  private static final Owner OWNER = new Owner(TestServer.shared());
  private static World world = new World(TestServer.shared());
  private static String here = "";
  private static String there = "";

  @BeforeAll
  static void twoOrganizations() {
    world = new World(TestServer.shared());
    here = world.organization("admin");
    there = world.organization("other-admin");
    world.member(here, "mentor", "peer_mentor");
    world.account("stranger");
    world.account("global");
    platformAdministrator("global");
  }

  private static void platformAdministrator(String person) {
    world.service.made("/rest/v1/platform_admins", Client.object("user_id", world.id(person)));
  }

  private static HttpResponse<String> add(String by, String organization, String person) {
    return world
        .as(by)
        .post(
            MEMBERS.formatted(organization),
            Client.object("email", world.email(person), "role", "peer_mentor"));
  }

  @Test
  void whoAdministersThePlatformNoLongerAddsNobodyWithoutAsking() {
    world.member(here, "demoted", "org_admin");
    platformAdministrator("demoted");
    assertThat(world.as("demoted").get(MEMBERS.formatted(there)).statusCode()).isEqualTo(200);
    world.service.delete("/rest/v1/platform_admins?user_id=eq." + world.id("demoted"));

    var added = add("demoted", here, "stranger");
    var elsewhere = add("demoted", there, "stranger");

    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    var answer = Json.parse(added.body());
    assertThat(Client.text(answer, "status")).isEqualTo("suspended");
    assertThat(Client.text(answer, "acceptance_code")).isNotEmpty();
    assertThat(added.body()).doesNotContain(world.id("stranger"), "is_new", "notice");
    assertThat(elsewhere.statusCode()).as(elsewhere.body()).isEqualTo(403);
    assertThat(world.as("admin").rows("/rest/v1/profiles?id=eq." + world.id("stranger"))).isEmpty();
    assertThat(world.as("demoted").get(MEMBERS.formatted(there)).body())
        .doesNotContain(world.email("other-admin"), world.id("other-admin"));
  }

  @Test
  void whoAdministersAnOrganizationNoLongerReadsNoAddresses() {
    world.member(here, "lowered", "org_admin");
    assertThat(world.as("lowered").get(MEMBERS.formatted(here)).body())
        .contains(world.email("mentor"));
    var row =
        "/rest/v1/memberships?user_id=eq.%s&organization_id=eq.%s"
            .formatted(world.id("lowered"), here);
    assertThat(world.service.patch(row, Client.object("role", "coordinator")).statusCode())
        .isEqualTo(204);

    var listed = world.as("lowered").get(MEMBERS.formatted(here));

    assertThat(listed.statusCode()).isEqualTo(200);
    assertThat(listed.body()).contains(world.id("mentor")).doesNotContain("@people.example");
  }

  /// With the rights of a caller, as the management API works for one.
  private static void insert(String userRole, String by, String joining, String person) {
    var claims =
        "{\"sub\": \"%s\", \"role\": \"authenticated\", \"user_role\": \"%s\", \"organization_id\": \"%s\"}"
            .formatted(world.id(by), userRole, here);
    var actor =
        Actor.of("authenticated")
            .with("request.jwt.claims", claims)
            .with("stabbur.joining", joining);
    TestServer.shared()
        .project()
        .admin()
        .transaction(
            actor,
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "insert into public.memberships (user_id, organization_id, role, status)"
                            + " values (?::uuid, ?::uuid, 'peer_mentor', 'active')",
                        person,
                        here)));
  }

  @Test
  void noRowOfAnAdministratorBeginsActive() {
    var person = world.account("unasked");

    var refused =
        catchThrowableOfType(
            ApiException.class, () -> insert("org_admin", "admin", person, person));

    assertThat(refused.error())
        .isInstanceOfSatisfying(
            Failure.Database.class,
            failure -> {
              assertThat(failure.sqlState()).isEqualTo("42501");
              assertThat(failure.message()).contains("has not accepted the membership yet");
            });
    insert("global_admin", "global", person, person);
    assertThat(world.as("admin").get("/rest/v1/memberships?user_id=eq." + person).body())
        .contains("active");
  }

  @Test
  void thePlatformAddsPeopleThroughTheManagementApiOnly() {
    var person = world.account("by-id");
    var row = Client.object("user_id", person, "organization_id", here, "status", "active");
    var waiting = Client.text(Json.parse(add("admin", here, "by-code").body()), "id");

    var inserted = world.as("global").post("/rest/v1/memberships", row);
    var activated =
        world
            .as("global")
            .patch("/rest/v1/memberships?id=eq." + waiting, Client.object("status", "active"));

    assertThat(inserted.statusCode()).as(inserted.body()).isEqualTo(403);
    assertThat(inserted.body()).contains("management API");
    assertThat(activated.statusCode()).as(activated.body()).isEqualTo(403);
    assertThat(activated.body()).contains("has not accepted the membership yet");
    assertThat(OWNER.text("select status from public.memberships where id = ?::uuid", waiting))
        .isEqualTo("suspended");
  }

  @Test
  void whoWasRemovedIsHandedTheKeyOfNoOrganization() {
    var person = world.member(here, "removed", "coordinator");
    var organization = UUID.fromString(here);
    assertThat(keysAfterTheCheck(person, organization)).contains("organisation:" + here);
    OWNER.run("delete from public.memberships where user_id = ?::uuid", person);

    var keys = keysAfterTheCheck(person, organization);

    assertThat(keys).doesNotContain("organisation:").contains("profiles");
  }

  private static String keysAfterTheCheck(String person, UUID organization) {
    var project = TestServer.shared().project();
    var claims =
        "{\"sub\": \"%s\", \"role\": \"authenticated\", \"user_role\": \"coordinator\", \"organization_id\": \"%s\", \"organizations\": [{\"id\": \"%s\", \"role\": \"coordinator\"}]}"
            .formatted(person, organization, organization);
    var actor =
        Actor.of("authenticated")
            .with("request.jwt.claims", claims)
            .with(PersonalKeys.SETTING, PersonalKeys.of(project).forMember(organization))
            .checkedBy(Statement.of("stabbur.confirm_caller(?::uuid,null,false,false)", person));
    return project
        .api()
        .exchange(
            actor,
            Access.READ,
            Statement.of("select current_setting('stabbur.keys')"),
            rows -> {
              rows.next();
              return rows.getString(1);
            });
  }

  @Test
  void aRefusedSwitchIsAuditedWithoutTheKeysOfTheOrganization() {
    OWNER.run("create table private.handed (keys text, claims jsonb)");
    OWNER.run(
        "create function private.note_handed() returns trigger language plpgsql as $$ begin"
            + " insert into private.handed values (current_setting('stabbur.keys', true),"
            + " current_setting('request.jwt.claims', true)::jsonb); return new; end $$");
    OWNER.run(
        "create trigger note_handed before insert on public.audit_log for each row"
            + " when (new.action = 'switch_refused') execute function private.note_handed()");
    try {
      assertThat(world.as("mentor").in(there).get("/rest/v1/contacts").statusCode()).isEqualTo(403);
      Await.until(
          "the switch is audited", () -> !OWNER.texts("select keys from private.handed").isEmpty());

      assertThat(
              OWNER.texts("select concat(keys, claims -> 'organization_id') from private.handed"))
          .as("what its session was handed")
          .allSatisfy(handed -> assertThat(handed).doesNotContain(there));
    } finally {
      OWNER.run("drop trigger note_handed on public.audit_log");
      OWNER.run("drop function private.note_handed()");
      OWNER.run("drop table private.handed");
    }
  }
}
