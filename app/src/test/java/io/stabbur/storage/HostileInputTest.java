package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Input that is meant to harm: it gets the contract's error, and nothing of it is kept.
class HostileInputTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());
  private String bucket = "";
  private long kept;

  @BeforeEach
  void emptyBucket() {
    bucket = http.bucket(",\"file_size_limit\":1000000");
    kept = 0;
  }

  /// Rows, uploads under way and bytes are as many as the test says.
  @AfterEach
  void nothingElseIsStored() throws IOException {
    TestServer.shared().bean(Sweeper.class).sweep(http.project());
    assertThat(count("storage.objects")).as("rows").isEqualTo(kept);
    assertThat(count("stabbur_storage.resumable_uploads")).as("resumable uploads").isZero();
    assertThat(count("stabbur_storage.byte_removals")).as("notes").isZero();
    var folder = http.project().folder().resolve("objects/default").resolve(bucket);
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        assertThat(files.filter(Files::isRegularFile).count()).as("files").isEqualTo(kept);
      }
    }
  }

  private long count(String table) {
    return http.count(
        switch (table) {
          case "storage.objects" -> "select count(*) from storage.objects where bucket_id = ?";
          case "stabbur_storage.byte_removals" ->
              "select count(*) from stabbur_storage.byte_removals where bucket_id = ?";
          default -> "select count(*) from stabbur_storage.resumable_uploads where bucket_id = ?";
        },
        bucket);
  }

  private static final List<String> CLIMBING =
      List.of(
          "..%2Fx",
          "%2e%2e/x",
          "%2e%2e%2fx",
          "a/../../x",
          "a/%2e%2e/%2E%2E/x",
          "a/./x",
          "..",
          "%2e",
          "..%5Cx",
          "a%5C..%5Cx",
          "%252e%252e%252fx",
          "%c0%ae%c0%ae/x",
          "%e0%80%ae%e0%80%ae/x",
          "x%00.png",
          "a%0d%0aSet-Cookie:%20a",
          "x%7F",
          "%ff%fe");

  @Test
  void namesThatClimbInEveryEncodingAreRefusedByEveryDoor() {
    for (var name : CLIMBING) {
      for (var method : List.of("POST", "PUT")) {
        var raw =
            http.send(
                method,
                "/object/" + bucket + "/" + name,
                http.service(),
                Map.of("content-type", "text/plain"),
                BodyPublishers.ofString("x"));
        assertThat(raw.status()).as(name).isBetween(400, 404);
        assertThat(raw.text()).as(name).containsAnyOf("InvalidKey", "InvalidRequest");
      }
    }
    for (var name :
        List.of(
            "../x", "a/../../x", ".", "..", "a/./b", "..\\x", "x\u0000", "a\r\nb", "%2e%2e/x")) {
      var resumed = begin(name, "1");
      assertThat(resumed.status()).as(name).isEqualTo(400);
      var moved =
          http.post(
              "/object/copy",
              http.service(),
              "{\"bucketId\":\"%s\",\"sourceKey\":\"absent\",\"destinationKey\":%s}"
                  .formatted(
                      bucket,
                      io.stabbur.platform.json.Json.write(
                          io.micronaut.json.tree.JsonNode.createStringNode(name))));
      assertThat(moved.status()).as(name).isEqualTo(400);
    }
  }

  private StorageHttp.Answer begin(String name, String length) {
    return http.send(
        "POST",
        "/upload/resumable",
        http.service(),
        Map.of("Upload-Length", length, "Upload-Metadata", ResumableApiTest.metadata(bucket, name)),
        BodyPublishers.noBody());
  }

  @Test
  void namesOf1024BytesAreTakenAndLongerOnesNot() {
    var longest = "a".repeat(500) + "/" + "ø".repeat(261) + "b";
    assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(1024);
    var encoded = longest.replace("ø", "%C3%B8");
    assertThat(http.upload(bucket + "/" + encoded, http.service(), "x").status()).isEqualTo(200);
    assertThat(http.get("/object/" + bucket + "/" + encoded, http.service()).text()).isEqualTo("x");
    assertThat(http.upload(bucket + "/" + encoded + "c", http.service(), "x").field("code"))
        .isEqualTo("InvalidKey");
    assertThat(begin(longest + "c", "1").status()).isEqualTo(400);
    var widest = "%C3%B8".repeat(512);
    assertThat(http.upload(bucket + "/" + widest, http.service(), "y").status()).isEqualTo(200);
    var signed =
        http.post("/object/sign/" + bucket + "/" + widest, http.service(), "{\"expiresIn\":60}");
    assertThat(http.get(signed.field("signedURL"), "").text()).isEqualTo("y");
    kept = 2;
  }

  @Test
  void mediaTypesThatCannotStandInAHeaderAreRefusedByEveryDoor() {
    for (var type :
        List.of(
            "image/\r\nx",
            "image/png\r\nSet-Cookie: a=b",
            "image",
            "/png",
            "image/",
            "image/p ng",
            "text/plain; charset",
            "text/plain; a=\"b",
            "text/pläin",
            "text/plain;" + " ".repeat(3000) + "x=y",
            "text/plain" + ";a=b".repeat(500))) {
      var form = form(Map.of("contentType", type), "x");
      assertThat(form.field("statusCode")).as(type).isEqualTo("415");
      var resumed =
          http.send(
              "POST",
              "/upload/resumable",
              http.service(),
              Map.of(
                  "Upload-Length",
                  "1",
                  "Upload-Metadata",
                  "bucketName %s,objectName %s,contentType %s"
                      .formatted(base64(bucket), base64("x"), base64(type))),
              BodyPublishers.noBody());
      assertThat(resumed.status()).as(type).isEqualTo(415);
    }
    http.upload(bucket + "/there", http.service(), "x");
    kept = 1;
    for (var metadata :
        List.of("{\"mimetype\":\"a/b\\r\\nc\"}", "{\"cacheControl\":\"a\\r\\nSet-Cookie: b\"}")) {
      var copied =
          http.post(
              "/object/copy",
              http.service(),
              "{\"bucketId\":\"%s\",\"sourceKey\":\"there\",\"destinationKey\":\"copy\",\"metadata\":%s}"
                  .formatted(bucket, metadata));
      assertThat(copied.status()).as(metadata).isEqualTo(400);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private StorageHttp.Answer form(Map<String, String> fields, String file) {
    var body = new StringBuilder();
    fields.forEach(
        (name, value) ->
            body.append("--b\r\nContent-Disposition: form-data; name=\"")
                .append(name)
                .append("\"\r\n\r\n")
                .append(value)
                .append("\r\n"));
    body.append("--b\r\nContent-Disposition: form-data; name=\"\"; filename=\"f\"\r\n\r\n")
        .append(file)
        .append("\r\n--b--\r\n");
    return post(body.toString(), "multipart/form-data; boundary=b");
  }

  private StorageHttp.Answer post(String body, String type) {
    return http.send(
        "POST",
        "/object/" + bucket + "/x",
        http.service(),
        Map.of("content-type", type),
        BodyPublishers.ofString(body));
  }

  @Test
  void formsThatAreBombsAreRefusedWithBoundedMemory() {
    var many = new LinkedHashMap<String, String>();
    for (int i = 0; i < 10_000; i++) {
      many.put("field" + i, "x");
    }
    assertThat(form(many, "x").field("message")).isEqualTo("reach fields limit");
    assertThat(form(Map.of("metadata", "x".repeat(3 << 20)), "x").field("statusCode"))
        .isEqualTo("413");
    assertThat(form(Map.of(), "x".repeat(1_000_001)).field("statusCode")).isEqualTo("413");
    var part = "--b\r\nContent-Disposition: form-data; name=\"\"; filename=\"f\"\r\n";
    for (var broken :
        List.of(
            "",
            "--b",
            "--b--",
            "nothing",
            part,
            part + "\r\nno end",
            part + "\r\nno end\r\n--b",
            part + "X: " + "y".repeat(100_000) + "\r\n\r\nx\r\n--b--",
            part + "no colon\r\n\r\nx\r\n--b--",
            "--b\r\n\r\nno name\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"only\"\r\n\r\nfield\r\n--b--\r\n",
            "x".repeat(2_000_000))) {
      assertThat(post(broken, "multipart/form-data; boundary=b").status())
          .as(broken.substring(0, Math.min(60, broken.length())))
          .isEqualTo(400);
    }
    for (var type :
        List.of(
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=" + "b".repeat(10_000))) {
      assertThat(post(part + "\r\nx\r\n--b--", type).status()).isEqualTo(400);
    }
  }

  @Test
  void nestedAndEndlessMetadataIsRefused() {
    var deep = "{\"a\":".repeat(5000) + "1" + "}".repeat(5000);
    assertThat(form(Map.of("metadata", deep), "x").status()).isBetween(200, 499);
    kept = count("storage.objects");
    try {
      var header =
          http.send(
              "POST",
              "/object/" + bucket + "/y",
              http.service(),
              Map.of("content-type", "text/plain", "x-metadata", "a".repeat(100_000)),
              BodyPublishers.ofString("x"));
      assertThat(header.status()).isBetween(400, 431);
    } catch (IllegalStateException e) {
      // the answer is lost where the server ends the connection while headers are still on their
      // way
      assertThat(e).hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void compressedBodiesAreStoredAsTheyComeAndUnpackedByNobody() throws IOException {
    var bomb = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bomb)) {
      var zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        gzip.write(zeros);
      }
    }
    assertThat(bomb.size()).isLessThan(300_000);
    var sent =
        http.send(
            "POST",
            "/object/" + bucket + "/bomb",
            http.service(),
            Map.of("content-type", "text/plain", "content-encoding", "gzip"),
            BodyPublishers.ofByteArray(bomb.toByteArray()));
    assertThat(sent.status()).isEqualTo(200);
    assertThat(http.get("/object/" + bucket + "/bomb", http.service()).bytes())
        .isEqualTo(bomb.toByteArray());
    kept = 1;
  }

  @Test
  void bodiesThatLieAboutTheirLengthAreNotStored() throws Exception {
    int tried = 0;
    var head =
        "POST /storage/v1/object/%s/liar HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: text/plain\r\n"
            .formatted(bucket, http.service());
    for (var rest :
        List.of(
            "Content-Length: 100\r\n\r\nshort",
            "Content-Length: -5\r\n\r\nshort",
            "Content-Length: 5x\r\n\r\nshort",
            "Content-Length: 99999999999999999999\r\n\r\nshort",
            "Content-Length: 5\r\nContent-Length: 6\r\n\r\nshort",
            "Content-Length: 2000000000000\r\n\r\nshort",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
            "Transfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nshort\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n-5\r\nshort\r\n0\r\n\r\n")) {
      var name = "/liar-" + tried++ + " ";
      assertThat(wire(head.replace("/liar ", name) + rest))
          .as(rest)
          .doesNotStartWith("HTTP/1.1 200");
    }
    for (var name : List.of("x%", "x%2", "x%zz", "%", "a b")) {
      var request = head.replace("/liar ", "/" + name + " ") + "Connection: close\r\n";
      assertThat(wire(request + "Content-Length: 1\r\n\r\nx", false))
          .as(name)
          .matches("(?s)HTTP/1.[01] 400");
    }
    Thread.sleep(500);
    assertThat(http.post("/object/list-v2/" + bucket, http.service(), "{}").text())
        .doesNotContain("liar");
    for (var length : List.of("-1", "x", "", "99999999999999999999", "1e3")) {
      assertThat(begin("liar", length).status()).as(length).isEqualTo(400);
    }
    assertThat(begin("liar", "999999999999").status()).isEqualTo(413);
  }

  private static String wire(String request) throws IOException {
    return wire(request, true);
  }

  /// Sends bytes as they are, ends the sending where it is cut off, and answers what comes back.
  private static String wire(String request, boolean cutOff) throws IOException {
    var uri = URI.create(TestServer.shared().url());
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      if (cutOff) {
        socket.shutdownOutput();
      }
      return answer(socket.getInputStream());
    }
  }

  private static String answer(InputStream in) {
    try {
      return new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "closed";
    }
  }

  @Test
  void rangesOfEveryShape() {
    http.upload(bucket + "/r", http.service(), "0123456789");
    kept = 1;
    var expected = new LinkedHashMap<String, String>();
    expected.put("bytes=0-0", "206 0");
    expected.put("bytes=9-", "206 9");
    expected.put("bytes=-1", "206 9");
    expected.put("bytes=-10", "206 0123456789");
    expected.put("bytes=-11", "206 0123456789");
    expected.put("bytes=0-999999999999999999", "206 0123456789");
    expected.put("bytes=3-5", "206 345");
    expected.put("bytes= 3-5 ", "206 345");
    expected.put("bytes=10-", "416");
    expected.put("bytes=10-20", "416");
    expected.put("bytes=-0", "416");
    expected.put("bytes=999999999999999999-", "416");
    for (var ignored :
        List.of(
            "bytes=5-3",
            "bytes=-",
            "bytes=",
            "bytes",
            "bytes=a-b",
            "bytes=0-1,3-4",
            "bytes=0-,0-,0-,0-,0-,0-",
            "bytes=--1",
            "bytes=1--2",
            "bytes=0x1-0x2",
            "bytes=99999999999999999999-",
            "items=0-1",
            "bytes=" + "0-1,".repeat(1000))) {
      expected.put(ignored, "200 0123456789");
    }
    expected.forEach(
        (range, want) -> {
          var got = http.get("/object/" + bucket + "/r", http.service(), Map.of("Range", range));
          var text = got.status() == 416 ? "416" : got.status() + " " + got.text();
          assertThat(text).as(range.substring(0, Math.min(40, range.length()))).isEqualTo(want);
        });
  }

  /// Postgres writes numbers without exponents, so that few bytes would make a list long, or one
  /// that nobody can read.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1e1001}",
        "{\"a\":[{\"b\":-1e-1001}]}",
        "{\"a\":1e131071}",
        "{\"a\":1e999999999}"
      })
  void metadataWithANumberThatNoListCanShowIsRefused(String metadata) {
    refused(metadata);
  }

  @Test
  void metadataWhoseNumbersAreLongerThanItMayBeIsRefused() {
    refused("{\"a\":[" + "1e900,".repeat(1200) + "1]}");
  }

  private void refused(String metadata) {
    var encoded = Base64.getEncoder().encodeToString(metadata.getBytes(StandardCharsets.UTF_8));
    var answer = http.upload(bucket + "/a.txt", http.service(), "text", "x-metadata", encoded);
    assertThat(answer.text()).contains("\"statusCode\":\"413\"");
    var listed = http.post("/object/list-v2/" + bucket, http.service(), "{}");
    assertThat(listed.status()).as(listed.text()).isEqualTo(200);
  }
}
