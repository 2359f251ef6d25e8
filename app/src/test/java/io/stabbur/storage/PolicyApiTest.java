package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.TestServer;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Policies on `storage.objects` decide, asked as the caller.
class PolicyApiTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());
  private final UUID me = UUID.randomUUID();
  private final UUID other = UUID.randomUUID();
  private final String mine = http.user(me);
  private final String theirs = http.user(other);
  private String bucket = "";

  /// One's own folder, every verb; no folder else.
  @BeforeEach
  void ownFolders() {
    bucket = http.bucket("");
    http.sql(
        """
        create policy "own %1$s" on storage.objects for all to authenticated
        using (bucket_id = '%1$s' and (storage.foldername(name))[1] = (
          select current_setting('request.jwt.claims', true)::jsonb ->> 'sub'))
        """
            .formatted(bucket));
  }

  private void only(String command, String clause) {
    bucket = http.bucket("");
    http.sql(
        "create policy \"%1$s %2$s\" on storage.objects for %2$s to authenticated %3$s (bucket_id = '%1$s')"
            .formatted(bucket, command, clause));
  }

  private String object(UUID owner, String name) {
    return bucket + "/" + owner + "/" + name;
  }

  @Test
  void oneStoresAndReadsInOnesOwnFolderOnly() {
    assertThat(http.upload(object(me, "a"), mine, "x").status()).isEqualTo(200);
    assertThat(http.get("/object/authenticated/" + object(me, "a"), mine).text()).isEqualTo("x");
    var foreign = http.upload(object(other, "a"), mine, "x");
    assertThat(foreign.status()).isEqualTo(400);
    assertThat(foreign.field("statusCode")).isEqualTo("403");
    assertThat(foreign.field("error")).isEqualTo("Unauthorized");
    assertThat(foreign.field("message")).isEqualTo("new row violates row-level security policy");
    assertThat(http.upload(object(me, "b"), http.anon(), "x").field("statusCode")).isEqualTo("403");
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isEqualTo(1);
  }

  @Test
  void aRefusedReadTellsByThePathAlone() {
    http.upload(object(me, "there"), mine, "x");
    for (var name : new String[] {"there", "absent"}) {
      var hidden = http.get("/object/authenticated/" + object(me, name), theirs);
      assertThat(hidden.status()).as(name).isEqualTo(400);
      assertThat(hidden.field("statusCode")).as(name).isEqualTo("403");
      assertThat(hidden.field("message")).isEqualTo("You may not look under this path");
      assertThat(http.get("/object/info/" + object(me, name), theirs).field("statusCode"))
          .isEqualTo("403");
      assertThat(http.get("/object/" + object(me, name), http.anon()).field("statusCode"))
          .isEqualTo("403");
    }
    var absent = http.get("/object/authenticated/" + object(me, "absent"), mine);
    assertThat(absent.status()).isEqualTo(404);
    assertThat(absent.field("error")).isEqualTo("not_found");
    var service = http.get("/object/authenticated/" + object(me, "absent"), http.service());
    assertThat(service.status()).isEqualTo(400);
    assertThat(service.field("statusCode")).isEqualTo("404");
  }

  @Test
  void withoutATokenAPrivateBucketIsNotThere() {
    http.upload(object(me, "there"), mine, "x");
    var nobody = http.get("/object/" + object(me, "there"), "");
    assertThat(nobody.field("error")).isEqualTo("Bucket not found");
    assertThat(http.get("/object/public/" + object(me, "there"), "").field("error"))
        .isEqualTo("Bucket not found");
  }

  @Test
  void aPublicBucketAsksNoPoliciesForReading() {
    http.upload(object(me, "p"), mine, "open");
    http.put("/bucket/" + bucket, http.service(), "{\"public\":true}");
    assertThat(http.get("/object/public/" + object(me, "p"), "").text()).isEqualTo("open");
    assertThat(http.get("/object/authenticated/" + object(me, "p"), theirs).text())
        .isEqualTo("open");
    var listed = http.post("/object/list/" + bucket, theirs, "{\"prefix\":\"" + me + "\"}");
    assertThat(listed.text()).isEqualTo("[]");
  }

  @Test
  void listsShowWhatMayBeRead() {
    http.upload(object(me, "a"), mine, "x");
    http.upload(object(other, "b"), theirs, "x");
    var v1 = http.post("/object/list/" + bucket, mine, "{\"prefix\":\"\"}");
    assertThat(v1.text()).contains(me.toString()).doesNotContain(other.toString());
    var v2 = http.post("/object/list-v2/" + bucket, mine, "{}");
    assertThat(v2.text()).contains(me.toString()).doesNotContain(other.toString());
  }

  @Test
  void signingNeedsTheRightToRead() {
    http.upload(object(me, "a"), mine, "x");
    assertThat(http.post("/object/sign/" + object(me, "a"), mine, "{\"expiresIn\":9}").status())
        .isEqualTo(200);
    assertThat(http.post("/object/sign/" + object(me, "a"), theirs, "{\"expiresIn\":9}").status())
        .isEqualTo(400);
    var many =
        http.post(
            "/object/sign/" + bucket,
            theirs,
            "{\"expiresIn\":9,\"paths\":[\"%s/a\"]}".formatted(me));
    assertThat(many.at(0, "signedURL").isNull()).isTrue();
  }

  @Test
  void signingAnUploadNeedsTheRightToStore() {
    assertThat(http.post("/object/upload/sign/" + object(me, "u"), mine, "").status())
        .isEqualTo(200);
    assertThat(http.post("/object/upload/sign/" + object(me, "u"), theirs, "").field("statusCode"))
        .isEqualTo("403");
  }

  @Test
  void movesAndCopiesNeedBothEnds() {
    http.upload(object(me, "a"), mine, "x");
    var out =
        "{\"bucketId\":\"%s\",\"sourceKey\":\"%s/a\",\"destinationKey\":\"%s/a\"}"
            .formatted(bucket, me, other);
    assertThat(http.post("/object/move", mine, out).field("statusCode")).isEqualTo("403");
    assertThat(http.post("/object/copy", mine, out).field("statusCode")).isEqualTo("403");
    assertThat(http.post("/object/move", theirs, out).field("statusCode")).isEqualTo("403");
    assertThat(http.post("/object/copy", theirs, out).field("statusCode")).isEqualTo("403");
    var within =
        "{\"bucketId\":\"%s\",\"sourceKey\":\"%s/a\",\"destinationKey\":\"%s/b\"}"
            .formatted(bucket, me, me);
    assertThat(http.post("/object/copy", mine, within).status()).isEqualTo(200);
  }

  @Test
  void oneRemovesOnlyOnesOwn() {
    http.upload(object(me, "a"), mine, "x");
    assertThat(http.delete("/object/" + object(me, "a"), theirs).field("statusCode"))
        .isEqualTo("403");
    var many =
        http.send(
            "DELETE",
            "/object/" + bucket,
            theirs,
            java.util.Map.of("content-type", "application/json"),
            java.net.http.HttpRequest.BodyPublishers.ofString(
                "{\"prefixes\":[\"%s/a\"]}".formatted(me)));
    assertThat(many.text()).isEqualTo("[]");
    assertThat(http.delete("/object/" + object(me, "a"), mine).status()).isEqualTo(200);
  }

  @Test
  void insertAloneIsEnoughForANewObject() {
    only("insert", "with check");
    assertThat(http.upload(bucket + "/n", mine, "x").status()).isEqualTo(200);
    assertThat(http.upload(bucket + "/n2", mine, "x", "x-upsert", "true").field("statusCode"))
        .isEqualTo("403");
  }

  @Test
  void aRowSeenButNotRemovableIsForbiddenNotMissing() {
    only("select", "using");
    http.upload(bucket + "/s", http.service(), "x");
    var kept = http.delete("/object/" + bucket + "/s", mine);
    assertThat(kept.field("statusCode")).isEqualTo("403");
  }

  @Test
  void policiesKnowTheOperationTypeAndSize() {
    bucket = http.bucket("");
    http.sql(
        """
        create policy "known %1$s" on storage.objects for insert to authenticated
        with check (bucket_id = '%1$s' and storage.operation() = 'storage.object.upload'
          and metadata ->> 'mimetype' = 'text/plain' and (metadata ->> 'contentLength')::int < 5)
        """
            .formatted(bucket));
    assertThat(http.upload(bucket + "/k", mine, "1234").status()).isEqualTo(200);
    assertThat(http.upload(bucket + "/k2", mine, "12345").field("statusCode")).isEqualTo("403");
    assertThat(
            http.upload(bucket + "/k3", mine, "1", "content-type", "image/png").field("statusCode"))
        .isEqualTo("403");
  }

  @Test
  void theOwnerIsTheOneWhoStored() {
    http.upload(object(me, "o"), mine, "x");
    assertThat(
            http.count(
                "select count(*) from storage.objects where bucket_id = ? and owner_id = ?"
                    + " and owner::text = owner_id",
                bucket,
                me.toString()))
        .isEqualTo(1);
  }

  @Test
  void bucketsAreShownByTheirOwnPolicies() {
    assertThat(http.get("/bucket", mine).text()).doesNotContain(bucket);
    assertThat(http.get("/bucket/" + bucket, mine).field("error")).isEqualTo("Bucket not found");
    assertThat(http.post("/bucket", mine, "{\"name\":\"x" + me + "\"}").field("statusCode"))
        .isEqualTo("403");
  }

  @Test
  void ofTwoWhoStoreTheSameNameAtOnceOneWins() throws InterruptedException {
    var path = object(me, "race");
    var answers = new java.util.concurrent.ConcurrentLinkedQueue<StorageHttp.Answer>();
    var threads =
        java.util.stream.IntStream.range(0, 8)
            .mapToObj(
                i ->
                    Thread.ofVirtual().start(() -> answers.add(http.upload(path, mine, "by " + i))))
            .toList();
    for (var thread : threads) {
      thread.join();
    }
    assertThat(answers.stream().filter(a -> a.status() == 200)).hasSize(1);
    assertThat(answers.stream().filter(a -> a.text().contains("Duplicate"))).hasSize(7);
    TestServer.shared().bean(Sweeper.class).sweep(http.project());
    assertThat(http.get("/object/authenticated/" + path, mine).text()).startsWith("by ");
  }

  /// Reading an address is not reading with a right: the copy would be the caller's own.
  @Test
  void aCopyOutOfAPublicBucketNeedsTheRightToReadToo() {
    http.upload(object(me, "portrait"), mine, "x");
    http.put("/bucket/" + bucket, http.service(), "{\"public\":true}");
    var copy =
        "{\"bucketId\":\"%s\",\"sourceKey\":\"%s/portrait\",\"destinationKey\":\"%s/portrait\"}"
            .formatted(bucket, me, other);
    assertThat(http.post("/object/copy", theirs, copy).field("statusCode")).isEqualTo("403");
    assertThat(http.post("/object/move", theirs, copy).field("statusCode")).isEqualTo("403");
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isEqualTo(1);
  }

  /// 409 is for those who may store there; all others get the same answer whether or not something
  /// is there.
  @Test
  void whoMayNotStoreIsNotToldWhetherANameIsTaken() {
    http.upload(object(me, "taken"), mine, "x");
    http.upload(object(other, "mine"), theirs, "x");
    for (var name : new String[] {"taken", "free"}) {
      var path = object(me, name);
      for (var token : new String[] {theirs, http.anon()}) {
        assertThat(http.upload(path, token, "x").field("statusCode")).isEqualTo("403");
        assertThat(http.upload(path, token, "x", "x-upsert", "true").field("statusCode"))
            .isEqualTo("403");
        assertThat(http.post("/object/upload/sign/" + path, token, "").field("statusCode"))
            .isEqualTo("403");
      }
      for (var verb : new String[] {"move", "copy"}) {
        var onto =
            "{\"bucketId\":\"%s\",\"sourceKey\":\"%s/mine\",\"destinationKey\":\"%s/%s\"}"
                .formatted(bucket, other, me, name);
        assertThat(http.post("/object/" + verb, theirs, onto).field("statusCode"))
            .as(verb + name)
            .isEqualTo("403");
      }
    }
    assertThat(http.post("/bucket", mine, "{\"name\":\"" + bucket + "\"}").field("statusCode"))
        .isEqualTo("403");
    assertThat(http.delete("/bucket/" + bucket, mine).field("error")).isEqualTo("Bucket not found");
  }
}
