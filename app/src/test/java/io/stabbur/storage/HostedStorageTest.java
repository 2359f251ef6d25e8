package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Login;
import io.stabbur.storage.upkeep.Leftovers;
import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// On a hosted project the login cannot become `supabase_storage_admin`; the service role keeps the
/// rows.
class HostedStorageTest {
  @Test
  void filesAreKeptByTheServiceRole() {
    var folder = DataTemplate.MIGRATED.newCopy().toString();
    var settings = Map.<String, Object>of("stabbur.data", folder);
    try (var server = TestServer.start(settings)) {
      revokeOwnership(server);
    }
    try (var server = TestServer.start(settings)) {
      assertThat(server.project().keeper("supabase_storage_admin").role())
          .isEqualTo("service_role");
      var http = new StorageHttp(server);
      var bucket = http.bucket("");
      var me = UUID.randomUUID();
      TestPostgres.execute(
          superuser(server),
          "create policy own on storage.objects for all to authenticated using (owner_id = '%s')"
              .formatted(me));
      var stored = http.upload(bucket + "/a", http.user(me), "one");
      assertThat(stored.status()).as(stored.text()).isEqualTo(200);
      assertThat(http.upload(bucket + "/a", http.user(me), "two", "x-upsert", "true").status())
          .isEqualTo(200);
      var moved =
          http.post(
              "/object/move",
              http.user(me),
              "{\"bucketId\":\"%s\",\"sourceKey\":\"a\",\"destinationKey\":\"b\"}"
                  .formatted(bucket));
      assertThat(moved.status()).as(moved.text()).isEqualTo(200);
      assertThat(http.get("/object/authenticated/" + bucket + "/b", http.user(me)).text())
          .isEqualTo("two");
      assertThat(resumed(http, bucket)).isEqualTo(201);
      assertThat(http.delete("/object/" + bucket + "/b", http.user(me)).status()).isEqualTo(200);
      assertThat(server.bean(Sweeper.class).sweep(server.project())).isPositive();
      server.bean(Leftovers.class).sweep(server.project());
      assertThat(http.get("/check", http.service()).text()).contains("\"orphans\":[]");
    }
  }

  private static int resumed(StorageHttp http, String bucket) {
    return http.send(
            "POST",
            "/upload/resumable",
            http.service(),
            Map.of(
                "Upload-Length",
                "3",
                "Upload-Metadata",
                ResumableApiTest.metadata(bucket, "resumed"),
                "content-type",
                "application/offset+octet-stream"),
            BodyPublishers.ofString("abc"))
        .status();
  }

  private static void revokeOwnership(TestServer server) {
    TestPostgres.execute(superuser(server), "revoke supabase_storage_admin from postgres");
  }

  private static Login superuser(TestServer server) {
    var login = server.project().admin().login();
    return new Login(
        login.url(),
        "supabase_admin",
        server.project().keys().superuserPassword(),
        1,
        login.patience());
  }
}
