package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.organization.management.PersonalDataRotation;
import io.stabbur.storage.encrypt.KeyUpkeep;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A rotation of the root renews the keys that files' keys are wrapped with; files stay as they
/// are.
class FileKeyRotationTest {
  private static final String WRAPPED_WITH =
      "select count(*) from stabbur_storage.object_keys where key_version = ?";

  @Test
  void filesFromBeforeAndAfterARotationAreReadableAndNoKeyStaysWithTheOldRoot() {
    var folder = DataTemplate.MIGRATED.newCopy().toString();
    var settings = Map.<String, Object>of("stabbur.data", folder, "stabbur.storage.encrypt", "all");
    String bucket;
    try (var server = TestServer.start(settings)) {
      var http = new StorageHttp(server);
      bucket = http.bucket("");
      http.upload(bucket + "/org/before", http.service(), "before");
      assertThat(http.count(WRAPPED_WITH, 1)).isEqualTo(1);

      var rotated =
          server.bean(PersonalDataRotation.class).run(server.project(), 100, rows -> true);

      assertThat(rotated.done()).isTrue();
      http.upload(bucket + "/org/after", http.service(), "after");
      assertThat(http.count(WRAPPED_WITH, rotated.version())).isPositive();
      assertReadable(http, bucket);
      server.bean(KeyUpkeep.class).sweep(server.project());
      assertThat(http.count(WRAPPED_WITH, 1)).isZero();
      assertThat(http.count(WRAPPED_WITH, rotated.version())).isEqualTo(2);
      assertReadable(http, bucket);
    }
    // the same keys after a restart, which encrypts nothing any more
    try (var server =
        TestServer.start(Map.of("stabbur.data", folder, "stabbur.storage.encrypt", "off"))) {
      var http = new StorageHttp(server);
      assertReadable(http, bucket);
      http.upload(bucket + "/org/clear", http.service(), "clear");
      assertThat(
              http.count("select count(*) from storage.objects where version like 'enc-project-%'"))
          .isEqualTo(2);
    }
  }

  private static void assertReadable(StorageHttp http, String bucket) {
    for (var each : new String[] {"before", "after"}) {
      assertThat(http.get("/object/" + bucket + "/org/" + each, http.service()).text())
          .isEqualTo(each);
    }
  }

  @Test
  void keysThatNothingNamesGoAndThoseOfFilesAndUploadsStay() {
    var server = TestServer.shared();
    var http = new StorageHttp(server);
    var bucket = http.bucket("");
    http.put("/rules/" + bucket, http.service(), "{\"encrypt\":\"folder\"}");
    http.upload(bucket + "/org/kept", http.service(), "kept");
    var begun =
        http.send(
            "POST",
            "/upload/resumable",
            http.service(),
            Map.of(
                "Upload-Length", "3", "Upload-Metadata", ResumableApiTest.metadata(bucket, "u/v")),
            java.net.http.HttpRequest.BodyPublishers.noBody());
    assertThat(begun.status()).isEqualTo(201);
    http.sql(
        """
        insert into stabbur_storage.object_keys (version, bucket_id, name, key_version, wrapped, layout)
        values ('enc-folder-%1$s', '%1$s', 'org/gone', 1, '', '')
        """
            .formatted(bucket),
        "update stabbur_storage.object_keys set created_at = now() - interval '2 days' where bucket_id = '%s'"
            .formatted(bucket));

    server.bean(KeyUpkeep.class).deleteUnused(server.project());

    assertThat(
            http.count(
                "select count(*) from stabbur_storage.object_keys where bucket_id = ? and name in"
                    + " ('org/kept', 'u/v')",
                bucket))
        .isEqualTo(2);
    assertThat(
            http.count(
                "select count(*) from stabbur_storage.object_keys where bucket_id = ?", bucket))
        .isEqualTo(2);
  }
}
