package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.backup.Backups;
import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestServer;
import java.util.HashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// One organization is restored from backups in a bucket, which were made before the key of
/// personal data was rotated.
@Tag("nightly")
class RotatedRestoreTest {
  @Test
  void personalDataAndFilesOfBeforeARotationComeBackFromABucket() {
    try (var store = new S3Store()) {
      store.start();
      try (var server = serving(store)) {
        new Rotated(new World(server)).isRestored();
      }
    }
  }

  /// Backups and files in one bucket, apart from each other.
  private static TestServer serving(S3Store store) {
    var s3 = store.settings();
    var settings = new HashMap<String, Object>();
    var backup = "stabbur.backup.";
    settings.put(backup + "to", "s3://" + s3.bucket() + "/backups");
    settings.put(backup + "endpoint", String.valueOf(s3.endpoint()));
    settings.put(backup + "access-key-id", s3.accessKeyId().reveal());
    settings.put(backup + "secret-access-key", s3.secretAccessKey().reveal());
    settings.put(backup + "prove-every", "0s");
    settings.put(backup + "log-every", "1h");
    var project = "stabbur.projects.default.store-";
    settings.put(project + "bucket", s3.bucket());
    settings.put(project + "endpoint", String.valueOf(s3.endpoint()));
    settings.put(project + "access-key-id", s3.accessKeyId().reveal());
    settings.put(project + "secret-access-key", s3.secretAccessKey().reveal());
    return TestServer.start(settings);
  }

  private record Rotated(World world) {
    void isRestored() {
      var north = world.organization("admin");
      world.member(north, "mentor", "peer_mentor");
      var mentor = world.as("mentor");
      var kept = contact(mentor, "Kari");
      var removed = contact(mentor, "Ola");
      var file = "/storage/v1/object/receipts/" + north + "/" + world.id("mentor") + "/a.pdf";
      put(file, "of then");
      var project = world.server.project();
      var backup = world.server.bean(Backups.class).make(project).id();

      var rotated = world.service.post("/admin/v1/personal-data/rotate", "{}");
      assertThat(rotated.body()).contains("\"version\":2", "\"done\":true");
      assertThat(
              mentor
                  .patch("/rest/v1/contacts?id=eq." + kept, Client.object("full_name", "wrong"))
                  .statusCode())
          .isEqualTo(204);
      new Owner(world.server).run("delete from contacts where id::text = ?", removed);
      put(file, "of now");

      var restored =
          world.service.post(
              "/admin/v1/backups/organizations/" + north,
              "{\"backup\": \"%s\", \"apply\": true}".formatted(backup));

      assertThat(restored.statusCode()).as(restored.body()).isEqualTo(200);
      assertThat(mentor.rows("/rest/v1/contacts?select=full_name,email&order=created_at"))
          .extracting(row -> Client.text(row, "full_name") + " " + Client.text(row, "email"))
          .containsExactly("Kari kari@people.example", "Ola ola@people.example");
      assertThat(mentor.rows("/rest/v1/contacts?email_hash=eq.ola@people.example")).hasSize(1);
      assertThat(mentor.get(file).body()).isEqualTo("%PDF-1.4 of then");
      assertThat(
              new Owner(world.server)
                  .texts(
                      "select distinct split_part(full_name::text, '.', 2) from public.contacts"
                          + " where organization_id::text = ?",
                      north))
          .as("sealed with the key of today")
          .containsExactly("2");
    }

    private static String contact(Client mentor, String name) {
      var body =
          Client.object(
              "full_name",
              name,
              "email",
              name.toLowerCase(java.util.Locale.ROOT) + "@people.example");
      return Client.text(mentor.made("/rest/v1/contacts", body), "id");
    }

    private void put(String path, String bytes) {
      var answer =
          world
              .as("mentor")
              .with("Content-Type", "application/pdf")
              .with("x-upsert", "true")
              .post(path, "%PDF-1.4 " + bytes);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }
}
