package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.storage.retention.Retention;
import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.ScannerPeer;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What a bucket asks beyond Supabase's own settings: types that are true, days until removal,
/// legal holds; and files that a virus scanner has seen.
class RulesApiTest {
  private static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
  private final StorageHttp http = new StorageHttp(TestServer.shared());

  private String bucket(String rules) {
    var bucket = http.bucket("");
    var set = http.put("/rules/" + bucket, http.service(), rules);
    assertThat(set.status()).as(set.text()).isEqualTo(200);
    return bucket;
  }

  private static long objects(StorageHttp http, String bucket) {
    return http.count("select count(*) from storage.objects where bucket_id = ?", bucket);
  }

  @Test
  void rulesBelongToTheServiceRole() {
    var bucket = http.bucket("");
    assertThat(http.get("/rules/" + bucket, http.anon()).status()).isEqualTo(403);
    assertThat(http.put("/rules/" + bucket, http.user(UUID.randomUUID()), "{}").status())
        .isEqualTo(403);
    assertThat(http.get("/rules/" + bucket + "/log", http.anon()).status()).isEqualTo(403);
    assertThat(http.get("/rules/" + bucket, http.service()).text())
        .isEqualTo(
            "{\"check_types\":false,\"delete_after_days\":null,\"legal_hold\":false,\"encrypt\":\"off\",\"plain_refusals\":false}");
    for (var wrong :
        new String[] {
          "{\"delete_after_days\":0}",
          "{\"delete_after_days\":\"30\"}",
          "{\"legal_hold\":1}",
          "{\"hold\":true}"
        }) {
      assertThat(http.put("/rules/" + bucket, http.service(), wrong).field("code"))
          .as(wrong)
          .isEqualTo("InvalidRequest");
    }
  }

  @Test
  void aBucketThatChecksTypesTakesWhatFilesReallyAre() {
    var bucket = bucket("{\"check_types\":true}");
    var program = "MZ\u0090\u0000 this program";
    var refused =
        http.upload(bucket + "/a.png", http.service(), program, "content-type", "image/png");
    assertThat(refused.field("statusCode")).isEqualTo("415");
    assertThat(refused.field("message")).isEqualTo("The file is not of type image/png");
    assertThat(png(bucket + "/a.png").status()).isEqualTo(200);
    assertThat(http.upload(bucket + "/a.txt", http.service(), "words").status()).isEqualTo(200);

    // resumable uploads arrive in parts and are looked at before they become visible
    var resumed =
        http.send(
            "POST",
            "/upload/resumable",
            http.service(),
            Map.of(
                "Upload-Length",
                Integer.toString(PNG.length),
                "Upload-Metadata",
                ResumableApiTest.metadata(bucket, "b.txt"),
                "content-type",
                "application/offset+octet-stream"),
            BodyPublishers.ofByteArray(PNG));
    assertThat(resumed.status()).isEqualTo(415);

    // a file keeps being looked at when it moves in from where nobody looked
    var other = http.bucket("");
    http.upload(other + "/c.png", http.service(), program, "content-type", "image/png");
    for (var way : new String[] {"move", "copy"}) {
      var moved =
          http.post(
              "/object/" + way,
              http.service(),
              "{\"bucketId\":\"%s\",\"sourceKey\":\"c.png\",\"destinationBucket\":\"%s\",\"destinationKey\":\"c.png\"}"
                  .formatted(other, bucket));
      assertThat(moved.field("statusCode")).as(way).isEqualTo("415");
    }
    assertThat(objects(http, bucket)).isEqualTo(2);
    assertThat(objects(http, other)).isEqualTo(1);
    assertThat(
            http.count(
                "select count(*) from stabbur_storage.resumable_uploads where bucket_id = ?",
                bucket))
        .isZero();
  }

  private StorageHttp.Answer png(String path) {
    return http.send(
        "POST",
        "/object/" + path,
        http.service(),
        Map.of("content-type", "image/png"),
        BodyPublishers.ofByteArray(PNG));
  }

  @Test
  void filesGoWhenTheirDaysAreOverAndTheLogNamesEach() {
    var bucket = bucket("{\"delete_after_days\":30}");
    http.upload(bucket + "/old", http.service(), "x");
    http.upload(bucket + "/new", http.service(), "x");
    http.sql(
        "update storage.objects set metadata = metadata || '{\"lastModified\": \"2020-01-01T00:00:00.000Z\"}' where bucket_id = '%s' and name = 'old'"
            .formatted(bucket));

    assertThat(retention().execute(http.project())).isEqualTo(1);

    assertThat(http.get("/object/" + bucket + "/old", http.service()).field("statusCode"))
        .isEqualTo("404");
    assertThat(http.get("/object/" + bucket + "/new", http.service()).status()).isEqualTo(200);
    var log = http.get("/rules/" + bucket + "/log", http.service());
    assertThat(log.at(0, "action").getStringValue()).isEqualTo("deleted");
    assertThat(log.at(0, "name").getStringValue()).isEqualTo("old");
    assertThat(log.at(0, "rules", "delete_after_days").getIntValue()).isEqualTo(30);
    assertThat(log.at(1, "action").getStringValue()).isEqualTo("rules_changed");
    TestServer.shared().bean(Sweeper.class).sweep(http.project());
    assertThat(http.get("/check", http.service()).text()).doesNotContain(bucket + "/old/");
  }

  private static Retention retention() {
    return TestServer.shared().bean(Retention.class);
  }

  @Test
  void nothingGoesWhileALegalHoldStands() {
    var bucket = http.bucket("");
    http.upload(bucket + "/kept", http.service(), "as it was");
    http.sql(
        "update storage.objects set metadata = metadata || '{\"lastModified\": \"2020-01-01T00:00:00.000Z\"}' where bucket_id = '%s'"
            .formatted(bucket));
    http.put("/rules/" + bucket, http.service(), "{\"delete_after_days\":1,\"legal_hold\":true}");

    assertThat(retention().execute(http.project())).isZero();
    var path = "/object/" + bucket + "/kept";
    assertThat(http.delete(path, http.service()).field("statusCode")).isEqualTo("423");
    assertThat(
            http.upload(bucket + "/kept", http.service(), "new", "x-upsert", "true")
                .field("statusCode"))
        .isEqualTo("423");
    var moved =
        http.post(
            "/object/move",
            http.service(),
            "{\"bucketId\":\"%s\",\"sourceKey\":\"kept\",\"destinationKey\":\"away\"}"
                .formatted(bucket));
    assertThat(moved.field("statusCode")).as(moved.text()).isEqualTo("423");
    assertThat(http.post("/bucket/" + bucket + "/empty", http.service(), "").field("statusCode"))
        .isEqualTo("423");
    assertThat(http.get(path, http.service()).text()).isEqualTo("as it was");
    assertThat(http.upload(bucket + "/more", http.service(), "x").status()).isEqualTo(200);

    http.put("/rules/" + bucket, http.service(), "{}");
    assertThat(http.delete(path, http.service()).status()).isEqualTo(200);
  }

  @Test
  void aFileTheScannerRefusesNeverBecomesVisible() throws IOException {
    try (var scanner = ScannerPeer.start(ScannerPeer.Protocol.CLAMD);
        var server =
            TestServer.start(
                Map.of("stabbur.storage.virus-scanner", scanner.address().toString()))) {
      var own = new StorageHttp(server);
      var bucket = own.bucket("");
      assertThat(own.upload(bucket + "/a", own.service(), "harmless").status()).isEqualTo(200);
      var infected = own.upload(bucket + "/b", own.service(), ScannerPeer.TEST_VIRUS);
      assertThat(infected.field("statusCode")).isEqualTo("422");
      assertThat(infected.field("code")).isEqualTo("InfectedObject");
      scanner.close();
      assertThat(own.upload(bucket + "/c", own.service(), "unseen").status()).isEqualTo(503);
      assertThat(objects(own, bucket)).isEqualTo(1);
      server.bean(Sweeper.class).sweep(own.project());
      assertThat(own.get("/check", own.service()).text()).contains("\"orphans\":[]");
    }
  }
}
