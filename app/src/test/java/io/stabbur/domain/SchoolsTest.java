package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The organization API on a schema that has nothing in common with the shipped one: schools,
/// classes, teachers and principals. It fulfils the contract of app/docs/organizations.md.
class SchoolsTest {
  private static final String SCHOOLS = "/admin/v1/organizations";
  private static TestServer server = TestServer.shared();
  private static String hill = "";
  private static String valley = "";

  @BeforeAll
  static void twoSchools() {
    var folder =
        TestServer.repository().resolve("app/src/test/resources/io/stabbur/domain/schools");
    server = TestServer.start(Map.of("stabbur.migrations", folder.toString()));
    hill = school("hill");
    valley = school("valley");
    member(hill, "traveller", "teacher");
    member(valley, "traveller", "principal");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Client service() {
    return Client.service(server);
  }

  private static Owner owner() {
    return new Owner(server);
  }

  private static String email(String person) {
    return person + "@schools.example.org";
  }

  private static Client as(String person) {
    return Client.signIn(server, email(person));
  }

  /// A school whose principal is `principal-of-NAME`.
  private static String school(String name) {
    var made =
        service()
            .made(
                SCHOOLS,
                Client.object(
                    "name",
                    "School on the " + name,
                    "slug",
                    name,
                    "admin_email",
                    email("principal-of-" + name),
                    "password",
                    Client.PASSWORD));
    assertThat(Client.text(made.get("admin"), "role")).isEqualTo("principal");
    return Client.text(made, "id");
  }

  private static String member(String school, String person, String role) {
    var body = Client.object("email", email(person), "role", role, "password", Client.PASSWORD);
    return Client.text(service().made(SCHOOLS + "/" + school + "/members", body), "user_id");
  }

  private static String pupil(Client client, String school, String name) {
    var body =
        Client.object("school", school, "full_name", name, "guardian_phone", "+47 99 00 00 00");
    return Client.text(client.made("/rest/v1/pupils", body), "id");
  }

  private static JsonNode claims(Client client) {
    return OrganizationsTest.claims(client);
  }

  @Test
  void aTokenHasTheSchemasRolesAndFields() {
    var claims = claims(as("principal-of-hill"));

    assertThat(Client.text(claims, "user_role")).isEqualTo("principal");
    assertThat(Client.text(claims, "organization_id")).isEqualTo(hill);
    assertThat(Json.write(Client.field(claims, "organizations")))
        .isEqualTo("[{\"id\":\"%s\",\"role\":\"principal\",\"class_id\":null}]".formatted(hill));
  }

  @Test
  void theSchemasHeaderSelectsASchoolAndNoOtherHeaderDoes() {
    var traveller = as("traveller");

    assertThat(traveller.rows("/rest/v1/schools"))
        .extracting(row -> Client.text(row, "id"))
        .containsExactly(hill);
    assertThat(traveller.with("X-School-Id", valley).rows("/rest/v1/schools"))
        .extracting(row -> Client.text(row, "id"))
        .containsExactly(valley);
    assertThat(traveller.in(valley).rows("/rest/v1/schools"))
        .extracting(row -> Client.text(row, "id"))
        .containsExactly(hill);
    assertThat(
            traveller
                .with("X-School-Id", valley)
                .patch("/rest/v1/schools?id=eq." + valley, "{\"title\": \"Valley\"}")
                .statusCode())
        .isEqualTo(204);
  }

  @Test
  void aForeignSchoolIs403AndInTheAuditLog() {
    var answer = as("principal-of-hill").with("X-School-Id", valley).get("/rest/v1/pupils");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(Client.text(Json.parse(answer.body()), "code")).isEqualTo("not_a_member");
    Await.until(
        "the refused switch is audited",
        () ->
            owner()
                .text(
                    "select count(*) from stabbur_organization.audit_entries"
                        + " where action = 'switch_refused' and row_id = ?",
                    valley)
                .equals("1"));
  }

  @Test
  void theHeaderIsRefusedForATokenThatListsNoSchools() {
    var claims =
        "{\"sub\": \"%s\", \"role\": \"authenticated\", \"exp\": %d}"
            .formatted(UUID.randomUUID(), Instant.now().getEpochSecond() + 600);
    var secret = server.project().keys().jwtSecret().reveal();
    var user = Client.anon(server).withToken(Tokens.signed(secret, "{\"alg\": \"HS256\"}", claims));

    assertThat(user.get("/rest/v1/schools").statusCode()).isEqualTo(200);
    var refused = user.with("X-School-Id", hill).get("/rest/v1/schools");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
    assertThat(refused.body()).contains("not_a_member");
  }

  @Test
  void aRoleOfAnotherSchemaIsRefusedByName() {
    var answer =
        service()
            .post(
                SCHOOLS + "/" + hill + "/members",
                Client.object("email", email("nobody"), "role", "peer_mentor"));
    var without =
        service().post(SCHOOLS + "/" + hill + "/members", Client.object("email", email("nobody")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("role must be teacher or principal");
    assertThat(without.body()).contains("role is required");
  }

  @Test
  void aPrincipalInvitesAndThePersonAccepts() {
    var newcomer = member(valley, "newcomer", "teacher");
    var principal = as("principal-of-hill");
    var invited =
        principal.made(
            SCHOOLS + "/" + hill + "/members",
            Client.object("email", email("newcomer"), "role", "teacher"));

    assertThat(Client.text(invited, "status")).isEqualTo("suspended");
    assertThat(principal.get(SCHOOLS + "/" + hill + "/members").body()).doesNotContain(newcomer);
    var accepted =
        as("newcomer")
            .post(
                "/rest/v1/rpc/accept_post",
                Client.object("code", Client.text(invited, "acceptance_code")));
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    assertThat(as("newcomer").with("X-School-Id", hill).rows("/rest/v1/schools")).hasSize(1);
    assertThat(principal.get(SCHOOLS + "/" + hill + "/members").body())
        .contains(newcomer, email("newcomer"));
    assertThat(
            as("traveller")
                .post(
                    SCHOOLS + "/" + hill + "/members",
                    Client.object("email", email("other"), "role", "teacher"))
                .statusCode())
        .as("a teacher invites nobody")
        .isEqualTo(403);
  }

  @Test
  void aRoleChangesAndAMembershipEndsAtOnce() {
    var id = member(hill, "leaver", "teacher");
    var leaver = as("leaver");
    var path = SCHOOLS + "/" + hill + "/members/" + id;
    var principal = as("principal-of-hill");

    assertThat(principal.patch(path, "{\"role\": \"principal\"}").body())
        .contains("\"post\": \"principal\"");
    assertThat(leaver.patch("/rest/v1/schools?id=eq." + hill, "{\"title\": \"Hill\"}").statusCode())
        .isEqualTo(204);
    assertThat(principal.delete(path).statusCode()).isEqualTo(204);
    assertThat(leaver.rows("/rest/v1/schools")).isEmpty();
    assertThat(leaver.with("X-School-Id", hill).get("/rest/v1/schools").statusCode())
        .isEqualTo(403);
    assertThat(principal.delete(path).statusCode()).isEqualTo(404);
  }

  @Test
  void personalColumnsAreCiphertextInTheTableAndEncryptedAnewByARotation() {
    var principal = as("principal-of-valley");
    var id = pupil(principal, valley, "Åsne Vik");
    var path = "/rest/v1/pupils?id=eq." + id;
    var stored = "select full_name::text from public.pupils where id = ?::uuid";

    assertThat(owner().text(stored, id)).startsWith("pd1.").doesNotContain("Vik");
    assertThat(Client.text(principal.rows(path).getFirst(), "full_name")).isEqualTo("Åsne Vik");
    assertThat(as("principal-of-hill").rows(path)).isEmpty();
    assertThat(Client.text(service().rows(path).getFirst(), "full_name")).isEqualTo("Åsne Vik");
    var rotated = Json.parse(service().post("/admin/v1/personal-data/rotate", "").body());
    var version = Client.text(rotated, "version");
    assertThat(Client.text(rotated, "done")).as(Json.write(rotated)).isEqualTo("true");
    assertThat(owner().text(stored, id)).startsWith("pd1." + version + ".");
    assertThat(Client.text(principal.rows(path).getFirst(), "full_name")).isEqualTo("Åsne Vik");
  }

  @Test
  void personalDataOfAPupilWhoMovesIsEncryptedForTheNewSchool() {
    var id = pupil(as("principal-of-hill"), hill, "Åsne Vik");
    var path = "/rest/v1/pupils?id=eq." + id;
    var stored = "select full_name::text from public.pupils where id = ?::uuid";

    var byThePrincipal = as("principal-of-hill").patch(path, "{\"school\": \"" + valley + "\"}");
    var withoutKeys =
        catchThrowableOfType(
            ApiException.class,
            () ->
                owner()
                    .run(
                        "update public.pupils set school = ?::uuid where id = ?::uuid",
                        valley,
                        id));
    var moved = service().patch(path, "{\"school\": \"" + valley + "\"}");

    assertThat(byThePrincipal.statusCode()).isEqualTo(403);
    assertThat(withoutKeys.error())
        .isInstanceOfSatisfying(
            Failure.Database.class,
            failure -> assertThat(failure.message()).contains("without the keys of both"));
    assertThat(moved.statusCode()).as(moved.body()).isEqualTo(204);
    assertThat(owner().text(stored, id)).contains(".organisation:" + valley + ".");
    assertThat(Client.text(as("principal-of-valley").rows(path).getFirst(), "full_name"))
        .isEqualTo("Åsne Vik");
  }

  @Test
  void aRowOfNoSchoolHoldsNoPersonalData() {
    var id = pupil(as("principal-of-hill"), hill, "Åsne Vik");
    var stored = owner().text("select full_name::text from public.pupils where id = ?::uuid", id);

    for (var value : List.of(stored, "in clear")) {
      var refused =
          catchThrowableOfType(
              ApiException.class,
              () -> owner().text("select stabbur_organization.sealed(?, null, null)", value));

      assertThat(refused.error())
          .isInstanceOfSatisfying(
              Failure.Database.class,
              failure -> assertThat(failure.message()).contains("this row names none"));
    }
  }

  @Test
  void theAuditChainIsSealedAndAChangedEntryIsFound() {
    var id = pupil(as("principal-of-hill"), hill, "Eli Berg");
    var entry = "select changed::text from stabbur_organization.audit_entries where row_id = ?";
    var audited = owner().text(entry, id);
    assertThat(audited).contains("\"full_name\": \"***\"").doesNotContain("Berg");

    assertThat(service().post("/admin/v1/audit/seals", "").statusCode()).isEqualTo(204);
    assertThat(service().get("/admin/v1/audit/problems").body()).isEqualTo("[]");
    var change =
        "update stabbur_organization.audit_entries set changed = ?::jsonb where row_id = ?";
    owner().run(change, "{}", id);
    try {
      assertThat(service().get("/admin/v1/audit/problems").body()).contains("was changed");
    } finally {
      owner().run(change, audited, id);
    }
    assertThat(service().get("/admin/v1/audit/problems").body()).isEqualTo("[]");
  }

  @Test
  void aPersonIsExportedAndErasedAsTheSchemaSays() {
    var account = member(hill, "erased", "teacher");
    var pupil = pupil(as("principal-of-hill"), hill, "Ola Nordmann");

    assertThat(service().get("/admin/v1/people/" + account).body()).contains("\"teacher\"");
    assertThat(service().get("/admin/v1/people/" + pupil).body()).contains("Ola Nordmann");
    assertThat(service().delete("/admin/v1/people/" + account).statusCode()).isEqualTo(204);
    assertThat(service().delete("/admin/v1/people/" + pupil).statusCode()).isEqualTo(204);
    assertThat(service().get("/admin/v1/people/" + account).statusCode()).isEqualTo(404);
    assertThat(service().get("/rest/v1/pupils?id=eq." + pupil).body())
        .contains("\"full_name\":null");
    assertThat(
            owner()
                .texts(
                    "select action from stabbur_organization.audit_entries where row_id = ?"
                        + " and action like 'person%' order by id",
                    account))
        .containsExactly("person_exported", "person_erased");
  }

  @Test
  void aProgramActsInItsSchoolUntilItsTokenIsRevoked() {
    var made =
        service()
            .post(
                "/auth/v1/admin/application-tokens",
                Client.object("name", "timetable", "organization_id", hill, "role", "teacher"));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    var exchanged =
        Client.anon(server)
            .post(
                "/auth/v1/token?grant_type=application_token",
                Client.object("token", Client.text(Json.parse(made.body()), "token")));
    var program =
        Client.anon(server).withToken(Client.text(Json.parse(exchanged.body()), "access_token"));

    assertThat(program.rows("/rest/v1/schools"))
        .extracting(row -> Client.text(row, "id"))
        .containsExactly(hill);
    var id = Client.text(Json.parse(made.body()), "id");
    assertThat(
            service().post("/auth/v1/admin/application-tokens/" + id + "/revoke", "").statusCode())
        .isEqualTo(200);
    assertThat(program.get("/rest/v1/schools").statusCode()).isEqualTo(403);
  }

  @Test
  void aClosedSchoolGivesNoAccess() {
    var closed = school("closed");
    var principal = as("principal-of-closed");
    assertThat(principal.rows("/rest/v1/schools")).hasSize(1);

    assertThat(service().patch(SCHOOLS + "/" + closed, "{\"status\": \"suspended\"}").body())
        .contains("\"status\": \"suspended\"");
    assertThat(as("principal-of-closed").rows("/rest/v1/schools")).isEmpty();
    assertThat(service().get(SCHOOLS).body()).contains("\"closed\"");
  }
}
