package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.TestServer;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Removing and moving by prefix, as work that goes on by itself.
class JobApiTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());
  private final UUID me = UUID.randomUUID();
  private final String mine = http.user(me);

  private String filled(int below, int beside) {
    var bucket = http.bucket("");
    for (int i = 0; i < below; i++) {
      http.upload(bucket + "/case/" + i, http.service(), "x");
    }
    for (int i = 0; i < beside; i++) {
      http.upload(bucket + "/casework/" + i, http.service(), "x");
    }
    return bucket;
  }

  private StorageHttp.Answer ended(StorageHttp.Answer begun, String token) {
    assertThat(begun.status()).as(begun.text()).isEqualTo(200);
    var now = begun;
    for (int i = 0; i < 200 && now.field("state").equals("running"); i++) {
      try {
        Thread.sleep(25);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      now = http.get("/jobs/" + begun.field("id"), token);
    }
    return now;
  }

  private long count(String bucket, String like) {
    return http.count(
        "select count(*) from storage.objects where bucket_id = ? and name like ?", bucket, like);
  }

  @Test
  void everythingBelowAPrefixIsRemoved() {
    var bucket = filled(60, 2);
    var job =
        ended(
            http.post(
                "/jobs",
                http.service(),
                "{\"kind\":\"delete\",\"bucketId\":\"%s\",\"prefix\":\"case/\"}".formatted(bucket)),
            http.service());
    assertThat(job.field("state")).isEqualTo("done");
    assertThat(job.field("total")).isEqualTo("60");
    assertThat(job.field("done")).isEqualTo("60");
    assertThat(count(bucket, "case/%")).isZero();
    assertThat(count(bucket, "casework/%")).isEqualTo(2);
  }

  @Test
  void everythingBelowAPrefixIsMovedAndTakenNamesAreCounted() {
    var bucket = filled(5, 0);
    var target = http.bucket("");
    http.upload(target + "/closed/3", http.service(), "was here before");
    var job =
        ended(
            http.post(
                "/jobs",
                http.service(),
                "{\"kind\":\"move\",\"bucketId\":\"%s\",\"prefix\":\"case/\",\"destinationBucket\":\"%s\",\"destinationPrefix\":\"closed/\"}"
                    .formatted(bucket, target)),
            http.service());
    assertThat(job.field("done")).isEqualTo("4");
    assertThat(job.field("refused")).isEqualTo("1");
    assertThat(job.field("last_refusal")).isEqualTo("The resource already exists");
    assertThat(count(bucket, "case/%")).isEqualTo(1);
    assertThat(count(target, "closed/%")).isEqualTo(5);
    assertThat(http.get("/object/" + target + "/closed/3", http.service()).text())
        .isEqualTo("was here before");
  }

  @Test
  void policiesDecideAboutEachObject() {
    var bucket = filled(4, 0);
    http.sql(
        """
        create policy "job read %1$s" on storage.objects for select to authenticated
          using (bucket_id = '%1$s')
        """
            .formatted(bucket),
        """
        create policy "job delete %1$s" on storage.objects for delete to authenticated
          using (bucket_id = '%1$s' and name in ('case/1', 'case/2'))
        """
            .formatted(bucket));
    var begun =
        http.post(
            "/jobs",
            mine,
            "{\"kind\":\"delete\",\"bucketId\":\"%s\",\"prefix\":\"case/\"}".formatted(bucket));
    var job = ended(begun, mine);
    assertThat(job.field("done")).isEqualTo("2");
    assertThat(job.field("refused")).isEqualTo("2");
    assertThat(count(bucket, "case/%")).isEqualTo(2);
    var stranger = http.get("/jobs/" + begun.field("id"), http.user(UUID.randomUUID()));
    assertThat(stranger.field("code")).isEqualTo("NoSuchJob");
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    var bucket = filled(0, 0);
    for (var wish :
        new String[] {
          "{\"kind\":\"delete\",\"bucketId\":\"%s\",\"prefix\":\"\"}",
          "{\"kind\":\"empty\",\"bucketId\":\"%s\",\"prefix\":\"a\"}",
          "{\"kind\":\"move\",\"bucketId\":\"%s\",\"prefix\":\"a/\",\"destinationPrefix\":\"a/b/\"}",
          "{\"kind\":\"move\",\"bucketId\":\"%s\",\"prefix\":\"a/b/\",\"destinationPrefix\":\"a/\"}",
        }) {
      assertThat(http.post("/jobs", http.service(), wish.formatted(bucket)).field("code"))
          .as(wish)
          .isEqualTo("InvalidRequest");
    }
    var anybody =
        http.post(
            "/jobs",
            http.anon(),
            "{\"kind\":\"delete\",\"bucketId\":\"%s\",\"prefix\":\"a\"}".formatted(bucket));
    assertThat(anybody.status()).isEqualTo(403);
  }

  private String waiting(String bucket, String more) {
    var id = UUID.randomUUID().toString();
    http.sql(
        """
        insert into stabbur_storage.jobs (id, kind, bucket_id, prefix, membership, total, owner_id,
          role, claims, attempts, leased_until)
        values ('%s', 'delete', '%s', 'case/', 'CLAIMED', 3, '%s', %s)
        """
            .formatted(id, bucket, me, more));
    return id;
  }

  private StorageHttp.Answer end(String id) {
    return ended(http.get("/jobs/" + id, http.service()), http.service());
  }

  @Test
  void aJobEndsWithTheTokenOfWhoeverAskedForIt() {
    var bucket = filled(3, 0);
    var id =
        waiting(
            bucket,
            "'service_role', '{\"role\":\"service_role\",\"exp\":%d}', 0, now()"
                .formatted(java.time.Instant.now().getEpochSecond() - 1));
    var job = end(id);
    assertThat(job.field("state")).isEqualTo("failed");
    assertThat(job.field("last_refusal")).contains("expired");
    assertThat(count(bucket, "case/%")).isEqualTo(3);
    assertThat(
            http.count(
                "select count(*) from stabbur_storage.jobs where id = ?::uuid and claims = '{}'",
                id))
        .isEqualTo(1);
  }

  @Test
  @Tag("nightly")
  void aJobThatGetsNowhereEnds() {
    var bucket = filled(3, 0);
    var job = end(waiting(bucket, "'no such role', '{}', 19, now()"));
    assertThat(job.field("state")).isEqualTo("failed");
    assertThat(job.field("last_refusal")).isNotEmpty();
    assertThat(count(bucket, "case/%")).isEqualTo(3);
  }

  @Test
  void aJobWhoseObjectsCannotBeCountedIsNeverBegun() throws InterruptedException {
    var bucket = filled(2, 0);
    http.sql(
        """
        create policy "fails %1$s" on storage.objects for select to authenticated
          using (case when bucket_id = '%1$s' then 1 / (length(name) - length(name)) > 0 end)
        """
            .formatted(bucket));
    var wish = "{\"kind\":\"delete\",\"bucketId\":\"%s\",\"prefix\":\"case/\"}".formatted(bucket);
    for (int i = 0; i < 3; i++) {
      assertThat(http.post("/jobs", mine, wish).field("code")).isEqualTo("DatabaseError");
    }
    http.sql("drop policy \"fails %s\" on storage.objects".formatted(bucket));
    assertThat(
            http.count(
                "select count(*) from stabbur_storage.jobs where bucket_id = ? and state = 'failed' and claims = '{}'",
                bucket))
        .isEqualTo(3);
    // nor is one taken up whose process died while it counted
    http.sql(
        """
        insert into stabbur_storage.jobs (kind, bucket_id, prefix, role, claims, membership, total,
          state, leased_until)
        values ('delete', '%s', 'case/', 'service_role', '{}', 'CLAIMED', 0, 'counting',
          now() - interval '1 second')
        """
            .formatted(bucket));
    for (int i = 0; i < 2; i++) {
      TestServer.shared().bean(Sweeper.class).sweep(http.project());
      Thread.sleep(200);
    }
    assertThat(count(bucket, "case/%")).isEqualTo(2);
  }

  @Test
  void nobodyHasMoreThanTwoJobsAtATime() {
    var bucket = filled(1, 0);
    var wish = "{\"kind\":\"delete\",\"bucketId\":\"%s\",\"prefix\":\"case/\"}".formatted(bucket);
    waiting(bucket, "'authenticated', '{}', 0, now() + interval '1 hour'");
    assertThat(http.post("/jobs", mine, wish).status()).isEqualTo(200);
    waiting(bucket, "'authenticated', '{}', 0, now() + interval '1 hour'");
    waiting(bucket, "'authenticated', '{}', 0, now() + interval '1 hour'");
    var third = http.post("/jobs", mine, wish);
    assertThat(third.status()).isEqualTo(429);
    assertThat(third.field("code")).isEqualTo("SlowDown");
    assertThat(http.post("/jobs", http.user(UUID.randomUUID()), wish).status()).isEqualTo(200);
    http.sql("delete from stabbur_storage.jobs where owner_id = '%s'".formatted(me));
  }

  @Test
  void aJobWhoseProcessDiedIsTakenUp() {
    var bucket = filled(3, 0);
    http.sql(
        """
        insert into stabbur_storage.jobs (kind, bucket_id, prefix, role, claims, membership, total,
          lease, leased_until)
        values ('delete', '%s', 'case/', 'service_role', '{"role":"service_role"}', 'CLAIMED', 3,
          'of a process that is gone', now() - interval '1 second')
        """
            .formatted(bucket));
    for (int i = 0; i < 400 && count(bucket, "case/%") > 0; i++) {
      try {
        Thread.sleep(25);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    assertThat(count(bucket, "case/%")).isZero();
  }
}
