package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.Test;

/// One person's right to see what is kept about them, and to be forgotten.
class PeopleTest {
  private final World world = new World(TestServer.shared());
  private final Owner owner = new Owner(TestServer.shared());

  @Test
  void everythingAboutAPersonIsExportedInClearAndAudited() {
    var organization = world.organization("admin");
    var person = world.member(organization, "mentor", "peer_mentor");
    var mentor = world.as("mentor");
    mentor.patch("/rest/v1/profiles?id=eq." + person, Client.object("phone", "+47 900 00 001"));
    var _ =
        mentor.made(
            "/rest/v1/activities",
            Client.object("title", "AuthRequest", "summary", "A quiet afternoon"));

    var answer = world.service.get("/admin/v1/people/" + person);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var export = Json.parse(answer.body());
    assertThat(Client.text(Client.field(export, "account"), "email"))
        .isEqualTo(world.email("mentor"));
    assertThat(Client.text(Client.field(export, "profile"), "phone")).isEqualTo("+47 900 00 001");
    assertThat(answer.body()).contains("A quiet afternoon").doesNotContain("pd1.");
    assertThat(Client.field(export, "memberships").size()).isEqualTo(1);
    assertThat(audited("person_exported", person)).isEqualTo("1");
  }

  @Test
  void anErasedPersonIsGoneAndTheirWorkStaysWithoutThem() {
    var organization = world.organization("admin");
    var person = world.member(organization, "mentor", "peer_mentor");
    var mentor = world.as("mentor");
    var activity =
        Client.text(
            mentor.made(
                "/rest/v1/activities",
                "{\"title\": \"AuthRequest\", \"summary\": \"Private words\", \"duration_minutes\":"
                    + " 45}"),
            "id");
    mentor
        .with("Content-Type", "application/pdf")
        .post("/storage/v1/object/receipts/" + organization + "/" + person + "/a.pdf", "bytes");
    var file = organization + "/" + person + "/removed before.pdf";
    owner.run(
        """
        insert into stabbur_storage.retention_log (action, bucket_id, name, owner_id, rules)
        values ('deleted', 'receipts', ?, ?, '{}')
        """,
        file,
        person);
    owner.run(
        """
        insert into stabbur_storage.jobs (kind, bucket_id, prefix, role, claims, membership,
          owner_id, state, total)
        values ('delete', 'receipts', ?, 'authenticated', '{}', 'CLAIMED', ?, 'done', 1)
        """,
        organization + "/" + person + "/",
        person);
    assertThat(world.service.get("/admin/v1/people/" + person).body())
        .contains(file, "\"file_jobs\": [");

    assertThat(world.service.delete("/admin/v1/people/" + person).statusCode()).isEqualTo(204);

    assertThat(owner.text("select count(*) from auth.users where id = ?::uuid", person))
        .isEqualTo("0");
    assertThat(owner.text("select count(*) from public.profiles where id = ?::uuid", person))
        .isEqualTo("0");
    assertThat(
            owner.text(
                "select count(*) from storage.objects where position(? in name) > 0", person))
        .isEqualTo("0");
    assertThat(
            owner.text(
                """
                select (select count(*) from stabbur_storage.retention_log
                         where owner_id = ? or position(? in name) > 0)
                     + (select count(*) from stabbur_storage.jobs where owner_id = ?)
                """,
                person,
                person,
                person))
        .isEqualTo("0");
    var kept = world.as("admin").rows("/rest/v1/activities?id=eq." + activity).getFirst();
    assertThat(Client.text(kept, "duration_minutes")).isEqualTo("45");
    assertThat(Client.text(kept, "user_id") + Client.text(kept, "title")).isEmpty();
    assertThat(Client.text(kept, "summary")).isEmpty();
    assertThat(audited("person_erased", person)).isEqualTo("1");
    assertThat(world.service.get("/admin/v1/people/" + person).statusCode()).isEqualTo(404);
  }

  @Test
  void nobodyIsErasedWhoseFilesAreUnderALegalHold() {
    var organization = world.organization("admin");
    var person = world.member(organization, "mentor", "peer_mentor");
    world
        .as("mentor")
        .with("Content-Type", "application/pdf")
        .post("/storage/v1/object/receipts/" + organization + "/" + person + "/a.pdf", "bytes");
    hold(true);
    try {
      var refused = world.service.delete("/admin/v1/people/" + person);

      assertThat(refused.statusCode()).isEqualTo(423);
      assertThat(refused.body()).contains("the bucket is under a legal hold");
      assertThat(world.service.get("/admin/v1/people/" + person).statusCode()).isEqualTo(200);
    } finally {
      hold(false);
    }

    assertThat(world.service.delete("/admin/v1/people/" + person).statusCode()).isEqualTo(204);
  }

  private void hold(boolean on) {
    var rules = "{\"legal_hold\":" + on + ",\"plain_refusals\":true}";
    assertThat(world.service.send("PUT", "/storage/v1/rules/receipts", rules).statusCode())
        .isEqualTo(200);
  }

  @Test
  void anErasedContactIsEmptyAndDeletedForOfflineClientsToo() {
    var organization = world.organization("admin");
    world.member(organization, "mentor", "peer_mentor");
    var mentor = world.as("mentor");
    var contact =
        Client.text(
            mentor.made(
                "/rest/v1/contacts",
                Client.object("full_name", "A Name", "email", "a@name.example")),
            "id");
    assertThat(world.service.get("/admin/v1/people/" + contact).body()).contains("A Name");

    assertThat(world.service.delete("/admin/v1/people/" + contact).statusCode()).isEqualTo(204);

    var row = mentor.rows("/rest/v1/contacts?id=eq." + contact).getFirst();
    assertThat(Client.text(row, "full_name") + Client.text(row, "email_hash")).isEmpty();
    assertThat(Client.text(row, "deleted_at")).isNotEmpty();
  }

  @Test
  void isForTheServiceKeyOnly() {
    var organization = world.organization("admin");
    var person = world.member(organization, "mentor", "peer_mentor");

    assertThat(world.as("admin").get("/admin/v1/people/" + person).statusCode()).isEqualTo(403);
    assertThat(world.as("admin").delete("/admin/v1/people/" + person).statusCode()).isEqualTo(403);
  }

  private String audited(String action, String person) {
    return owner.text(
        "select count(*) from public.audit_log where action = ? and row_id = ?", action, person);
  }
}
