package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.backup.Backups;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// One organization is restored alone from a backup, while another one writes.
@Tag("nightly")
@TestMethodOrder(OrderAnnotation.class)
class OrganizationRestoreTest {
  private static final List<String> TABLES =
      List.of(
          "org_labels",
          "local_associations",
          "memberships",
          "contacts",
          "activities",
          "assignments",
          "availability",
          "expense_claims",
          "certifications");
  private static TestServer server = TestServer.shared();
  private static World world = new World(server);
  private static String north = "";
  private static String south = "";
  private static String contact = "";
  private static String before = "";
  private static String backup = "";

  @BeforeAll
  static void backUpTwoOrganizations() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.backup.to",
                TestServer.newFolder().resolve("backups").toString(),
                "stabbur.backup.prove-every",
                "0s",
                "stabbur.backup.log-every",
                "1h"));
    world = new World(server);
    north = filled("north");
    south = filled("south");
    // clients choose ids: this row's is another organization's
    var _ =
        world
            .as("south-mentor")
            .made(
                "/rest/v1/contacts",
                Client.object("id", north, "full_name", "not an organization"));
    before = rows(north, Set.of());
    contact =
        owner()
            .text(
                "select id from contacts where organization_id::text = ? order by created_at",
                north);
    backup = server.bean(Backups.class).make(server.project()).id();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Owner owner() {
    return new Owner(server);
  }

  /// An organization with people, rows of each kind, encrypted files and an invitation that waits.
  private static String filled(String name) {
    var id = world.organization(name + "-admin");
    world.member(id, name + "-mentor", "peer_mentor");
    world.member(id, name + "-gone", "peer_mentor");
    var _ = world.account(name + "-invited");
    assertThat(
            world
                .as(name + "-admin")
                .post(
                    "/admin/v1/organizations/" + id + "/members",
                    Client.object("email", world.email(name + "-invited"), "role", "peer_mentor"))
                .statusCode())
        .isEqualTo(201);
    for (var person : List.of("mentor", "gone")) {
      for (int i = 1; i <= 2; i++) {
        var client = world.as(name + "-" + person);
        var made =
            client.made(
                "/rest/v1/contacts",
                Client.object(
                    "full_name",
                    name + " " + person + " " + i,
                    "email",
                    person + i + "@people.example"));
        var _ =
            client.made(
                "/rest/v1/activities",
                Client.object(
                    "title", "visit", "summary", "talked", "contact_id", Client.text(made, "id")));
      }
    }
    var _ =
        world
            .as(name + "-admin")
            .made(
                "/rest/v1/org_labels",
                Client.object("key", "likeperson", "locale", "nb", "label", name));
    for (var file : List.of("kept", "removed", "replaced")) {
      put(name, id, file, file + " of " + name);
    }
    return id;
  }

  private static String path(String name, String organization, String file) {
    return "/storage/v1/object/receipts/"
        + organization
        + "/"
        + world.id(name + "-mentor")
        + "/"
        + file
        + ".pdf";
  }

  private static void put(String name, String organization, String file, String bytes) {
    var answer =
        world
            .as(name + "-mentor")
            .with("Content-Type", "application/pdf")
            .with("x-upsert", "true")
            .post(path(name, organization, file), "%PDF-1.4 " + bytes);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /// All rows of an organization as text, with the transactions that wrote them.
  private static String rows(String organization, Set<String> without) {
    var all = new StringBuilder();
    for (var table : TABLES) {
      owner()
          .texts(
              "select t.xmin::text || t::text from public."
                  + table
                  + " t where organization_id::text = ? order by t::text",
              organization)
          .stream()
          .filter(row -> without.stream().noneMatch(row::contains))
          .forEach(row -> all.append(table).append(row).append('\n'));
    }
    owner()
        .texts(
            "select xmin::text || row(id, bucket_id, name, owner_id, created_at, updated_at, version, metadata)::text from storage.objects where starts_with(name, ? || '/') order by name",
            organization)
        .forEach(row -> all.append(row).append('\n'));
    return all.toString();
  }

  /// The values that members see, without the times of changes.
  private static List<String> seen(String organization) {
    var names =
        world.service.rows(
            "/rest/v1/contacts?select=id,full_name,email,created_at,owner_id&order=id&organization_id=eq."
                + organization);
    return names.stream().map(Json::write).toList();
  }

  private static String body(boolean isApplied, String except) {
    return "{\"backup\": \"%s\", \"except\": [%s], \"members\": true, \"apply\": %s}"
        .formatted(backup, except, isApplied);
  }

  private static JsonNode restore(String body, int status) {
    var answer = world.service.post("/admin/v1/backups/organizations/" + north, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.parse(answer.body());
  }

  private static String table(JsonNode report, String table) {
    for (var each : Client.field(report, "tables").values()) {
      if (Client.text(each, "table").equals(table)) {
        return Json.write(each)
            .replaceFirst("\\{\"table\":\"[^\"]*\",", "")
            .replaceAll("[\"}]", "");
      }
    }
    return "";
  }

  private static void damage() {
    var mentor = world.as("north-mentor");
    assertThat(
            mentor
                .patch(
                    "/rest/v1/contacts?id=neq." + contact,
                    Client.object("full_name", "overwritten", "email", "wrong@people.example"))
                .statusCode())
        .isEqualTo(204);
    owner().run("delete from contacts where id::text = ?", contact);
    var _ = mentor.made("/rest/v1/contacts", Client.object("full_name", "made since"));
    owner().run("delete from org_labels where organization_id::text = ?", north);
    assertThat(mentor.delete(path("north", north, "removed")).statusCode()).isEqualTo(200);
    put("north", north, "replaced", "other");
    put("north", north, "since", "since");
    // bytes are gone from the disk, as they are a quarter of an hour later
    owner().run("update stabbur.backup_status set bytes_kept = '0', bytes_held_until = null");
    var _ = server.bean(Sweeper.class).sweep(server.project());
    // whoever was erased stays so
    assertThat(world.service.delete("/admin/v1/people/" + world.id("north-gone")).statusCode())
        .isEqualTo(204);
  }

  @Test
  @Order(1)
  void anOrganizationIsRestoredWhileAnotherWrites() throws InterruptedException {
    var names = seen(north);
    var others = rows(south, Set.of());
    var own = new ConcurrentSkipListSet<String>();
    damage();
    var damaged = rows(north, Set.of());

    var trial = restore(body(false, ""), 200);

    assertThat(rows(north, Set.of())).isEqualTo(damaged);
    var on = new AtomicBoolean(true);
    var writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (on.get()) {
                    own.add(
                        Client.text(
                            world
                                .as("south-mentor")
                                .made("/rest/v1/contacts", Client.object("full_name", "more")),
                            "id"));
                  }
                });
    var report = restore(body(true, ""), 200);
    int meanwhile = own.size();
    on.set(false);
    writer.join();

    assertThat(Client.text(trial, "applied")).isEqualTo("false");
    assertThat(Json.write(Client.field(report, "tables")))
        .isEqualTo(Json.write(Client.field(trial, "tables")));
    assertThat(table(report, "public.contacts"))
        .isEqualTo("same:2,added:1,changed:1,removed:1,left_out:0");
    assertThat(table(report, "public.memberships"))
        .isEqualTo("same:3,added:0,changed:0,removed:0,left_out:1");
    assertThat(table(report, "storage.objects"))
        .isEqualTo("same:1,added:1,changed:1,removed:1,left_out:0");
    assertThat(Json.write(Client.field(report, "files")))
        .isEqualTo("{\"in_backup\":3,\"written\":2,\"lacking\":0}");
    assertThat(meanwhile).isPositive();
    assertThat(rows(south, own)).isEqualTo(others);
    assertThat(seen(north)).hasSameSizeAs(names);
  }

  @Test
  @Order(2)
  void membersReadWhatTheyHadAndAreToldOfIt() {
    var mentor = world.as("north-mentor");
    assertThat(mentor.rows("/rest/v1/contacts?select=full_name&order=created_at"))
        .extracting(row -> Client.text(row, "full_name"))
        .containsExactly("north mentor 1", "north mentor 2");
    assertThat(mentor.rows("/rest/v1/contacts?email_hash=eq.mentor1@people.example")).hasSize(1);
    for (var file : List.of("kept", "removed", "replaced")) {
      assertThat(mentor.get(path("north", north, file)).body())
          .isEqualTo("%PDF-1.4 " + file + " of north");
    }
    assertThat(mentor.get(path("north", north, "since")).statusCode()).isEqualTo(404);
    assertThat(before)
        .contains(
            owner().text("select created_at::text from contacts where id::text = ?", contact));
    assertThat(
            owner()
                .text(
                    "select (updated_at > (select last_backup_at from stabbur.backup_status))::text from contacts where id::text = ?",
                    contact))
        .isEqualTo("true");
    assertThat(
            owner()
                .text(
                    "select count(*) from private.membership_invitations i join memberships m on m.id = i.membership_id where m.organization_id::text = ?",
                    north))
        .isEqualTo("1");
    var audit =
        world
            .as("north-admin")
            .rows("/rest/v1/audit_log?select=action,row_id&action=eq.organization_restored");
    assertThat(audit).extracting(row -> Client.text(row, "row_id")).containsExactly(north);
    assertThat(Json.write(Json.parse(world.service.get("/admin/v1/audit/problems").body())))
        .isEqualTo("[]");
  }

  @Test
  @Order(3)
  void aSecondRestoreFindsEverythingAsItWas() {
    var report = restore(body(true, "\"public.org_labels\""), 200);

    assertThat(Client.field(report, "tables").values())
        .allSatisfy(
            each ->
                assertThat(Json.write(each)).contains("\"added\":0,\"changed\":0,\"removed\":0"));
    assertThat(Client.text(Client.field(report, "left_out"), "public.org_labels"))
        .isEqualTo("as asked");
  }

  /// A row whose id is somebody else's by now, and one that somebody else refers to.
  @Test
  @Order(4)
  void rowsOfAnotherOrganizationAreRefusedAndNothingIsWritten() {
    move(contact, south);
    var others = rows(south, Set.of());
    var own = rows(north, Set.of());

    var refused = restore(body(true, ""), 409);

    assertThat(Client.text(refused, "message"))
        .isEqualTo(
            "1 rows of public.contacts are another organization's by now; nothing was written.");
    assertThat(rows(south, Set.of())).isEqualTo(others);
    assertThat(rows(north, Set.of())).isEqualTo(own);
    move(contact, north);
  }

  private static void move(String id, String organization) {
    owner()
        .run(
            "with mode as materialized (select set_config('session_replication_role', 'replica', true)) update contacts set organization_id = ?::uuid from mode where id = ?::uuid",
            organization,
            id);
  }
}
