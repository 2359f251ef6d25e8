package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.Statement;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Resumable uploads, as a tus client speaks.
class ResumableApiTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());

  static String metadata(String bucket, String name) {
    return "bucketName %s,objectName %s,contentType %s,cacheControl %s"
        .formatted(encoded(bucket), encoded(name), encoded("text/plain"), encoded("60"));
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private StorageHttp.Answer create(
      String bucket, String name, String token, int length, String... more) {
    var headers = new HashMap<String, String>();
    headers.put("Tus-Resumable", "1.0.0");
    headers.put("Upload-Length", Integer.toString(length));
    headers.put("Upload-Metadata", metadata(bucket, name));
    for (int at = 0; at < more.length; at += 2) {
      headers.put(more[at], more[at + 1]);
    }
    return http.send("POST", "/upload/resumable", token, headers, BodyPublishers.noBody());
  }

  private String path(StorageHttp.Answer created) {
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return URI.create(created.header("location")).getPath().substring("/storage/v1".length());
  }

  private StorageHttp.Answer patch(String path, String token, long offset, String text) {
    return http.send(
        "PATCH",
        path,
        token,
        Map.of(
            "Upload-Offset",
            Long.toString(offset),
            "content-type",
            "application/offset+octet-stream"),
        BodyPublishers.ofString(text));
  }

  private long offset(String path, String token) {
    var head = http.send("HEAD", path, token, Map.of(), BodyPublishers.noBody());
    return head.status() == 200 ? Long.parseLong(head.header("upload-offset")) : -head.status();
  }

  @Test
  void chunksBecomeOneObject() {
    var bucket = http.bucket("");
    var path = path(create(bucket, "a/b.txt", http.service(), 10));
    assertThat(patch(path, http.service(), 0, "01234").header("upload-offset")).isEqualTo("5");
    assertThat(offset(path, http.service())).isEqualTo(5);
    var last = patch(path, http.service(), 5, "56789");
    assertThat(last.status()).isEqualTo(204);
    assertThat(last.header("tus-complete")).isEqualTo("1");
    var read = http.get("/object/" + bucket + "/a/b.txt", http.service());
    assertThat(read.text()).isEqualTo("0123456789");
    assertThat(read.header("cache-control")).isEqualTo("max-age=60");
    assertThat(offset(path, http.service())).isEqualTo(-404);
  }

  @Test
  void anUploadWhoseBytesAreLostIs404() {
    var bucket = http.bucket("");
    var path = path(create(bucket, "lost", http.service(), 10));
    abandonInTheStore(bucket);

    var answer = patch(path, http.service(), 0, "01234");
    assertThat(answer.status()).as(answer.text()).isEqualTo(404);
  }

  /// As a sweep of the store's own rules would, without the database.
  private static void abandonInTheStore(String bucket) {
    var server = TestServer.shared();
    var project = server.project();
    var upload =
        project
            .admin()
            .exchange(
                project.keeper("supabase_storage_admin"),
                Access.READ,
                Statement.of(
                    "select version, store_upload from stabbur_storage.resumable_uploads where"
                        + " bucket_id = ?",
                    bucket),
                rows -> {
                  rows.next();
                  return List.of(rows.getString(1), rows.getString(2));
                });
    server
        .bean(Backends.class)
        .of(project)
        .abandon(new VersionKey(project.name(), bucket, "lost", upload.get(0)), upload.get(1));
  }

  @Test
  void anUploadGoesOnAfterItsClientWasCutOff() throws IOException, InterruptedException {
    var bucket = http.bucket("");
    var path = path(create(bucket, "cut", http.service(), 20));
    var uri = URI.create(TestServer.shared().url());
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      var head =
          """
          PATCH /storage/v1%s HTTP/1.1\r
          Host: x\r
          Authorization: Bearer %s\r
          Content-Type: application/offset+octet-stream\r
          Upload-Offset: 0\r
          Content-Length: 20\r
          \r
          01234567\
          """
              .formatted(path, http.service());
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      Thread.sleep(300);
    }
    long stored = 0;
    for (int i = 0; i < 50 && stored == 0; i++) {
      Thread.sleep(100);
      stored = offset(path, http.service());
    }
    assertThat(stored).isEqualTo(8);
    assertThat(patch(path, http.service(), 8, "890123456789").status()).isEqualTo(204);
    assertThat(http.get("/object/" + bucket + "/cut", http.service()).text())
        .isEqualTo("01234567890123456789");
  }

  @Test
  void aWrongOffsetIsAConflictAndAForeignLengthTooLarge() {
    var bucket = http.bucket("");
    var path = path(create(bucket, "x", http.service(), 5));
    assertThat(patch(path, http.service(), 3, "ab").status()).isEqualTo(409);
    assertThat(patch(path, http.service(), 0, "abcdefgh").status()).isEqualTo(413);
    var small = http.bucket(",\"file_size_limit\":4");
    var refused = create(small, "x", http.service(), 5);
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.text()).isEqualTo("Maximum size exceeded");
  }

  @Test
  void policiesAreAskedWhenItBeginsAndWithEachChunk() {
    var bucket = http.bucket("");
    var me = UUID.randomUUID();
    http.sql(
        "create policy \"tus %1$s\" on storage.objects for insert to authenticated with check (bucket_id = '%1$s' and name like '%2$s/%%')"
            .formatted(bucket, me));
    var foreign = create(bucket, UUID.randomUUID() + "/x", http.user(me), 3);
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(foreign.text()).isEqualTo("new row violates row-level security policy");
    var path = path(create(bucket, me + "/x", http.user(me), 3));
    assertThat(patch(path, http.user(UUID.randomUUID()), 0, "abc").status()).isEqualTo(204);
    var next = path(create(bucket, me + "/y", http.user(me), 3));
    assertThat(patch(next, http.anon(), 0, "abc").status()).isEqualTo(403);
    assertThat(create(bucket, me + "/x", http.user(me), 3).status()).isEqualTo(409);
  }

  @Test
  void aGivenUpUploadLeavesNothing() {
    var bucket = http.bucket("");
    var path = path(create(bucket, "gone", http.service(), 5));
    patch(path, http.service(), 0, "ab");
    assertThat(http.delete(path, http.service()).status()).isEqualTo(204);
    assertThat(offset(path, http.service())).isEqualTo(-404);
    assertThat(
            http.count(
                "select count(*) from stabbur_storage.resumable_uploads where bucket_id = ?",
                bucket))
        .isZero();
  }

  @Test
  void anEmptyObjectIsCompleteAtOnce() {
    var bucket = http.bucket("");
    assertThat(create(bucket, "empty", http.service(), 0).status()).isEqualTo(201);
    assertThat(http.get("/object/" + bucket + "/empty", http.service()).status()).isEqualTo(200);
  }

  private StorageHttp.Answer head(String path, String token, String... headers) {
    var all = new HashMap<String, String>();
    for (int at = 0; at < headers.length; at += 2) {
      all.put(headers[at], headers[at + 1]);
    }
    return http.send("HEAD", path, token, all, BodyPublishers.noBody());
  }

  /// The metadata of an upload holds the file's name.
  @Test
  void onlyWhoMayGoOnWithAnUploadIsToldHowFarItIs() {
    var bucket = http.bucket("");
    var me = UUID.randomUUID();
    http.sql(
        "create policy \"head %1$s\" on storage.objects for insert to authenticated with check (bucket_id = '%1$s' and owner_id = '%2$s')"
            .formatted(bucket, me));
    var path = path(create(bucket, "diagnosis.pdf", http.user(me), 3));
    for (var token : new String[] {"", http.anon(), http.user(UUID.randomUUID())}) {
      var refused = head(path, token);
      assertThat(refused.status()).isIn(400, 403);
      assertThat(refused.header("upload-metadata")).isEmpty();
      assertThat(refused.header("upload-offset")).isEmpty();
    }
    assertThat(head(path, http.user(me)).header("upload-offset")).isEqualTo("0");
  }

  private String uploadToken(String object, String... headers) {
    var all = new HashMap<String, String>();
    for (int at = 0; at < headers.length; at += 2) {
      all.put(headers[at], headers[at + 1]);
    }
    return http.send(
            "POST", "/object/upload/sign/" + object, http.service(), all, BodyPublishers.noBody())
        .field("token");
  }

  private StorageHttp.Answer createSigned(String bucket, String name, String token) {
    return http.send(
        "POST",
        "/upload/resumable/sign",
        "",
        Map.of(
            "Upload-Length", "3", "Upload-Metadata", metadata(bucket, name), "x-signature", token),
        BodyPublishers.noBody());
  }

  @Test
  void aTokenGoesOnWithTheUploadItWasMadeForOnly() {
    var bucket = http.bucket("");
    http.upload(bucket + "/a", http.service(), "kept");
    var replacing = uploadToken(bucket + "/a", "x-upsert", "true");
    var adding = uploadToken(bucket + "/b");
    assertThat(createSigned(bucket, "a", adding).status()).isEqualTo(400);
    var path = path(createSigned(bucket, "a", replacing));
    assertThat(head(path, "").status()).isEqualTo(400);
    assertThat(head(path, "", "x-signature", adding).status()).isEqualTo(400);
    assertThat(head(path, "", "x-signature", replacing).header("upload-offset")).isEqualTo("0");
    // a token that may only add goes on with no upload that replaces
    http.delete("/object/" + bucket + "/a", http.service());
    var addingA = uploadToken(bucket + "/a");
    http.upload(bucket + "/a", http.service(), "kept");
    assertThat(head(path, "", "x-signature", addingA).status()).isEqualTo(400);
    var patched =
        http.send(
            "PATCH",
            path,
            "",
            Map.of(
                "Upload-Offset",
                "0",
                "content-type",
                "application/offset+octet-stream",
                "x-signature",
                addingA),
            BodyPublishers.ofString("new"));
    assertThat(patched.status()).isEqualTo(400);
    assertThat(http.get("/object/" + bucket + "/a", http.service()).text()).isEqualTo("kept");
  }
}
