package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.storage.object.LateEncryption;
import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.ClearBytes;
import io.stabbur.testing.TestServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/// Buckets whose rules ask for encryption: clients notice nothing, and the disk holds nothing
/// clear.
class EncryptedFilesTest {
  private static final int CHUNK = 64 * 1024;
  private final StorageHttp http = new StorageHttp(TestServer.shared());
  private final String bucket = encrypted("folder");

  private String encrypted(String rule) {
    var made = http.bucket("");
    var set = http.put("/rules/" + made, http.service(), "{\"encrypt\":\"" + rule + "\"}");
    assertThat(set.text()).contains("\"encrypt\":\"" + rule + "\"");
    return made;
  }

  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random().nextBytes(bytes);
    return bytes;
  }

  private StorageHttp.Answer put(String path, String type, byte[] bytes) {
    var answer =
        http.send(
            "POST",
            "/object/" + path,
            http.service(),
            Map.of("content-type", type),
            BodyPublishers.ofByteArray(bytes));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private StorageHttp.Answer get(String path, String... headers) {
    return headers.length == 0
        ? http.get("/object/" + path, http.service())
        : http.get("/object/" + path, http.service(), Map.of(headers[0], headers[1]));
  }

  private String version(String name) {
    return http.project()
        .admin()
        .exchange(
            io.stabbur.platform.db.Actor.of("supabase_storage_admin"),
            io.stabbur.platform.db.Access.READ,
            io.stabbur.platform.sql.Statement.of(
                "select version from storage.objects where bucket_id = ? and name = ?",
                bucket,
                name),
            rows -> rows.next() ? rows.getString(1) : "");
  }

  private List<Path> holding(byte[] bytes) {
    return new ClearBytes(bytes).in(http.project().folder());
  }

  @Test
  void theDataFolderHoldsNoClearByte() throws IOException {
    var known = random(300_000);
    put(bucket + "/org/whole", "application/pdf", known);
    var form = new ByteArrayOutputStream();
    form.writeBytes(
        "--x\r\ncontent-disposition: form-data; name=\"\"; filename=\"f\"\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8));
    form.writeBytes(known);
    form.writeBytes("\r\n--x--\r\n".getBytes(StandardCharsets.UTF_8));
    put(bucket + "/org/form", "multipart/form-data; boundary=x", form.toByteArray());
    var half = Arrays.copyOf(known, 150_000);
    assertThat(patch(begin("org/half", known.length), 0, half).status()).isEqualTo(204);
    var done = begin("org/done", known.length);
    patch(done, 0, half);
    patch(done, half.length, Arrays.copyOfRange(known, half.length, known.length));
    for (var name : new String[] {"whole", "form", "done"}) {
      assertThat(get(bucket + "/org/" + name).bytes()).as(name).isEqualTo(known);
    }
    change("copy", bucket, "org/whole", bucket, "another/copy");
    change("move", bucket, "org/form", bucket, "moved");

    assertThat(holding(known)).isEmpty();
    // the same search finds what is stored in clear
    put(http.bucket("") + "/clear", "application/pdf", known);
    assertThat(holding(known)).hasSize(1);
  }

  private String begin(String name, int length) {
    var created =
        http.send(
            "POST",
            "/upload/resumable",
            http.service(),
            Map.of(
                "Upload-Length",
                Integer.toString(length),
                "Upload-Metadata",
                ResumableApiTest.metadata(bucket, name)),
            BodyPublishers.noBody());
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return URI.create(created.header("location")).getPath().substring("/storage/v1".length());
  }

  private StorageHttp.Answer patch(String path, int offset, byte[] bytes) {
    return http.send(
        "PATCH",
        path,
        http.service(),
        Map.of(
            "Upload-Offset",
            Integer.toString(offset),
            "content-type",
            "application/offset+octet-stream"),
        BodyPublishers.ofByteArray(bytes));
  }

  private void change(String how, String from, String name, String to, String toName) {
    var changed =
        http.post(
            "/object/" + how,
            http.service(),
            "{\"bucketId\":\"%s\",\"sourceKey\":\"%s\",\"destinationBucket\":\"%s\",\"destinationKey\":\"%s\"}"
                .formatted(from, name, to, toName));
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
  }

  @Test
  void sizesTagsRangesAndConditionsAreThoseOfTheClearBytes() throws Exception {
    var bytes = random(2 * CHUNK + 10);
    var path = bucket + "/org/r";
    put(path, "application/pdf", bytes);
    var md5 = java.security.MessageDigest.getInstance("MD5").digest(bytes);
    var etag = '"' + java.util.HexFormat.of().formatHex(md5) + '"';
    var head =
        http.send("HEAD", "/object/" + path, http.service(), Map.of(), BodyPublishers.noBody());
    assertThat(head.header("content-length")).isEqualTo(Integer.toString(bytes.length));
    assertThat(head.header("etag")).isEqualTo(etag);
    for (int from : new int[] {0, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, bytes.length - 1}) {
      for (int last : new int[] {from, CHUNK - 1, CHUNK, 2 * CHUNK, bytes.length - 1}) {
        if (last >= from) {
          var part = get(path, "range", "bytes=" + from + '-' + last);
          assertThat(part.status()).isEqualTo(206);
          assertThat(part.header("content-range"))
              .isEqualTo("bytes " + from + '-' + last + '/' + bytes.length);
          assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(bytes, from, last + 1));
        }
      }
    }
    assertThat(get(path, "range", "bytes=-5").bytes())
        .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 5, bytes.length));
    assertThat(get(path, "range", "bytes=" + bytes.length + "-").status()).isEqualTo(416);
    assertThat(get(path, "if-none-match", etag).status()).isEqualTo(304);
    assertThat(get(path, "if-match", "\"other\"").status()).isEqualTo(412);
    assertThat(http.get("/object/info/" + path, http.service()).field("size"))
        .isEqualTo(Integer.toString(bytes.length));
  }

  @Test
  void signedAddressesAndRenderedImagesWork() throws IOException {
    var image = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(400, 200, BufferedImage.TYPE_INT_RGB), "png", image);
    var path = bucket + "/org/i.png";
    put(path, "image/png", image.toByteArray());
    var signed = http.post("/object/sign/" + path, http.service(), "{\"expiresIn\":60}");
    assertThat(http.get(signed.field("signedURL"), "").bytes()).isEqualTo(image.toByteArray());
    var webp =
        http.get(
            "/render/image/authenticated/" + path + "?width=100",
            http.service(),
            Map.of("accept", "image/webp"));
    assertThat(webp.header("content-type")).isEqualTo("image/webp");
    var png = http.get("/render/image/authenticated/" + path + "?width=100", http.service());
    assertThat(ImageIO.read(new ByteArrayInputStream(png.bytes())).getHeight()).isEqualTo(50);
  }

  @Test
  void aResumableUploadGoesOnAfterItsClientWasCutOff() throws Exception {
    var bytes = random(200_000);
    var path = begin("org/cut", bytes.length);
    var uri = URI.create(TestServer.shared().url());
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      var head =
          """
          PATCH /storage/v1%s HTTP/1.1\r
          Host: x\r
          Authorization: Bearer %s\r
          Content-Type: application/offset+octet-stream\r
          Upload-Offset: 0\r
          Content-Length: %d\r
          \r
          """
              .formatted(path, http.service(), bytes.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(bytes, 0, 70_000);
      socket.getOutputStream().flush();
      Thread.sleep(300);
    }
    int stored = 0;
    for (int i = 0; i < 100 && stored == 0; i++) {
      Thread.sleep(100);
      var head = http.send("HEAD", path, http.service(), Map.of(), BodyPublishers.noBody());
      stored = Integer.parseInt(head.header("upload-offset"));
    }
    assertThat(stored).isPositive();
    assertThat(patch(path, stored, Arrays.copyOfRange(bytes, stored, bytes.length)).status())
        .isEqualTo(204);
    assertThat(get(bucket + "/org/cut").bytes()).isEqualTo(bytes);
  }

  @Test
  void copiesAndMovesGoBetweenFoldersAndBetweenClearAndEncrypted() {
    var bytes = random(CHUNK + 1);
    var clear = http.bucket("");
    put(bucket + "/one/a", "application/pdf", bytes);
    change("copy", bucket, "one/a", bucket, "two/a");
    change("move", bucket, "one/a", bucket, "three/a");
    change("copy", bucket, "two/a", clear, "two/a");
    change("move", clear, "two/a", bucket, "four/a");
    for (var name : new String[] {"two/a", "three/a", "four/a"}) {
      assertThat(get(bucket + '/' + name).bytes()).as(name).isEqualTo(bytes);
      assertThat(version(name)).startsWith("enc-folder-");
    }
    TestServer.shared().bean(Sweeper.class).sweep(http.project());
    assertThat(holding(bytes)).isEmpty();
    assertThat(http.get("/check", http.service()).text()).doesNotContain(bucket);
  }

  @Test
  void aDamagedObjectIsAnErrorOfOursThatNamesNothing() throws IOException {
    put(bucket + "/org/damaged%20name", "application/pdf", random(100));
    Path file;
    try (Stream<Path> files = Files.walk(http.project().folder().resolve("objects"))) {
      file =
          files
              .filter(each -> each.endsWith(version("org/damaged name")))
              .findFirst()
              .orElseThrow();
    }
    var stored = Files.readAllBytes(file);
    stored[50] ^= 1;
    Files.write(file, stored);
    var answer = get(bucket + "/org/damaged%20name");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.text())
        .isEqualTo(
            "{\"statusCode\":\"500\",\"error\":\"Internal\",\"message\":\"The object cannot be"
                + " read\",\"code\":\"InternalError\"}");
  }

  @Test
  void keysGoWithTheBytesTheyEncrypt() {
    put(bucket + "/org/gone", "application/pdf", random(10));
    var version = version("org/gone");
    var keys = "select count(*) from stabbur_storage.object_keys where version = ?";
    assertThat(http.count(keys, version)).isEqualTo(1);
    http.delete("/object/" + bucket + "/org/gone", http.service());
    TestServer.shared().bean(Sweeper.class).sweep(http.project());
    assertThat(http.count(keys, version)).isZero();
  }

  @Test
  void anObjectWithoutItsKeyIsLostAndTheCheckSaysSo() {
    put(bucket + "/org/keyless", "application/pdf", random(10));
    http.sql(
        "delete from stabbur_storage.object_keys where version = '%s'"
            .formatted(version("org/keyless")));
    assertThat(get(bucket + "/org/keyless").status()).isEqualTo(500);
    assertThat(http.get("/check", http.service()).text()).contains(bucket + "/org/keyless/");
    http.delete("/object/" + bucket + "/org/keyless", http.service());
  }

  @Test
  void whatWasStoredBeforeItsBucketAskedStaysReadableAndIsEncryptedLater() {
    var late = http.bucket("");
    var known = random(100_000);
    put(late + "/org/early", "application/pdf", known);
    put(late + "/org/held", "application/pdf", known);
    http.put("/rules/" + late, http.service(), "{\"encrypt\":\"project\"}");
    var before = get(late + "/org/early");
    assertThat(before.bytes()).isEqualTo(known);

    TestServer.shared().bean(LateEncryption.class).execute(http.project());
    TestServer.shared().bean(Sweeper.class).sweep(http.project());

    var after = get(late + "/org/early");
    assertThat(after.bytes()).isEqualTo(known);
    assertThat(after.header("etag")).isEqualTo(before.header("etag"));
    assertThat(after.header("last-modified")).isEqualTo(before.header("last-modified"));
    assertThat(holding(known)).isEmpty();
  }

  @Test
  void aChangeOfOtherRulesLeavesEncryptionAsItIs() {
    var answer = http.put("/rules/" + bucket, http.service(), "{\"delete_after_days\":30}");
    assertThat(answer.field("encrypt")).isEqualTo("folder");
    assertThat(http.get("/rules/" + bucket, http.service()).field("encrypt")).isEqualTo("folder");
    assertThat(
            http.put("/rules/" + bucket, http.service(), "{\"encrypt\":\"yes\"}").field("message"))
        .isEqualTo("body/encrypt must be off, project or folder");
    http.put("/rules/" + bucket, http.service(), "{\"encrypt\":\"off\"}");
    put(bucket + "/org/clear", "application/pdf", random(5));
    assertThat(version("org/clear")).doesNotStartWith("enc-");
  }

  @Test
  void filesAboutPeopleAreEncryptedInTheShippedSchema() {
    for (var each : new String[] {"receipts", "certificates", "documents"}) {
      assertThat(http.get("/rules/" + each, http.service()).field("encrypt")).isEqualTo("folder");
    }
  }
}
