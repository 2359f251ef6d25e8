package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.OddValues;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Odd values in every body, header and parameter of `/storage/v1` are the client's fault.
class OddStorageValuesTest {
  private final TestServer server = TestServer.shared();
  private final StorageHttp http = new StorageHttp(server);
  private final String bucket = http.bucket("");
  private final OddValues odd =
      new OddValues(
          server.url() + "/storage/v1",
          Map.of("apikey", http.service(), "Authorization", "Bearer " + http.service()));

  OddStorageValuesTest() {
    assertThat(http.upload(bucket + "/a.txt", http.service(), "text").status()).isEqualTo(200);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void inBodies() {
    var bucketFields =
        new String[] {"id", "name", "public", "file_size_limit", "allowed_mime_types", "type"};
    var name = "\"name\": \"odd-" + UUID.randomUUID() + "\"";
    var file = "\"bucketId\": \"" + bucket + "\", \"sourceKey\": \"a.txt\"";
    var signed = "/object/sign/" + bucket;
    odd.fields("POST", "/bucket", name, bucketFields)
        .fields("PUT", "/bucket/" + bucket, "", bucketFields)
        .fields("POST", "/bucket/none/empty", "", "x")
        .fields("DELETE", "/bucket/none", "", "x")
        .fields("DELETE", "/object/" + bucket, "", "prefixes")
        .fields("POST", signed + "/a.txt", "", "expiresIn", "transform", "download")
        .fields("POST", signed, "\"paths\": [\"a.txt\"]", "expiresIn")
        .fields("POST", signed, "\"expiresIn\": 60", "paths")
        .fields("POST", "/object/upload/sign/" + bucket + "/b.txt", "", "expiresIn", "upsert")
        .fields("POST", "/object/list/" + bucket, "", "prefix", "limit", "offset", "sortBy")
        .fields("POST", "/object/list/" + bucket, "\"prefix\": \"\"", "search")
        .fields("POST", "/object/list-v2/" + bucket, "", "prefix", "limit", "cursor", "sortBy")
        .fields("POST", "/object/list-v2/" + bucket, "", "with_delimiter")
        .fields("POST", "/object/copy", file, "destinationKey", "destinationBucket", "metadata")
        .fields("POST", "/object/copy", file + ", \"destinationKey\": \"c\"", "copyMetadata")
        .fields("POST", "/object/copy", "", "bucketId", "sourceKey")
        .fields("POST", "/object/move", "", "bucketId", "sourceKey", "destinationKey")
        .fields("PUT", "/rules/" + bucket, "", "check_types", "delete_after_days", "legal_hold")
        .fields("PUT", "/rules/" + bucket, "", "encrypt", "plain_refusals")
        .fields("POST", "/jobs", "", "kind", "bucket", "prefix", "id")
        .requireNoFaultIn(1000);
  }

  @Test
  void withinBodies() {
    for (var field : List.of("width", "height", "quality", "resize", "format")) {
      for (var value : List.of("[]", "{}", "[[]]", "null", "\"\"", "1e400", "\"\\u0000\"")) {
        var transform = "{\"expiresIn\": 60, \"transform\": {\"" + field + "\": " + value + "}}";
        odd.bodies(
            "POST",
            "/object/sign/" + bucket + "/a.txt",
            "application/json",
            List.of(transform, transform.replace("[]", "[7, 8]")));
      }
    }
    for (var field : List.of("column", "order")) {
      for (var value : List.of("[]", "{}", "[[]]", "null", "\"\"", "1e400", "\"\\u0000\"")) {
        var sorted = List.of("{\"prefix\": \"\", \"sortBy\": {\"" + field + "\": " + value + "}}");
        odd.bodies("POST", "/object/list/" + bucket, "application/json", sorted)
            .bodies("POST", "/object/list-v2/" + bucket, "application/json", sorted);
      }
    }
    odd.bodies(
            "POST",
            "/object/" + bucket + "/m.txt",
            "multipart/form-data; boundary=xyz",
            List.of(
                "--xyz--",
                "--xyz\r\n\r\n--xyz--",
                part("metadata", "null"),
                part("metadata", "[]"),
                part("metadata", "{\"a\": \"\\u0000\"}"),
                part("cacheControl", "\u0000"),
                part("metadata", "{"),
                String.join(
                    "\r\n",
                    "--xyz",
                    "Content-Disposition: form-data; name=\"\"; filename=\"a\"",
                    "Content-Type: \u0000",
                    "",
                    "X",
                    "--xyz--",
                    "")))
        .requireNoFaultIn(100);
  }

  /// A form with one field before its file.
  private static String part(String name, String value) {
    return "--xyz\r\nContent-Disposition: form-data; name=\""
        + name
        + "\"\r\n\r\n"
        + value
        + "\r\n--xyz\r\nContent-Disposition: form-data; name=\"\"; filename=\"a\"\r\n\r\nX\r\n"
        + "--xyz--\r\n";
  }

  @Test
  void inHeaders() {
    var upsert = Map.of("x-upsert", "true");
    var wanted = List.of("range", "if-none-match", "if-modified-since", "if-range", "accept");
    var of = "bucketName " + base64(bucket) + ",objectName ";
    var upload =
        Map.of(
            "Tus-Resumable", "1.0.0",
            "Upload-Length", "3",
            "Upload-Metadata", of + base64("t.txt"),
            "x-upsert", "true");
    odd.headers(
            "POST",
            "/object/" + bucket + "/h.txt",
            "x",
            upsert,
            List.of("x-metadata", "cache-control", "content-type", "content-encoding"))
        .headers("PUT", "/object/" + bucket + "/h.txt", "x", Map.of(), List.of("x-upsert"))
        .headers("GET", "/object/" + bucket + "/a.txt", "", Map.of(), wanted)
        .headers(
            "POST",
            "/object/list/" + bucket,
            "{}",
            Map.of(),
            List.of("x-forwarded-host", "x-forwarded-prefix", "x-forwarded-for", "x-request-id"))
        .headers(
            "POST",
            "/upload/resumable",
            "",
            upload,
            List.of("Upload-Length", "Upload-Metadata", "Upload-Defer-Length", "Tus-Resumable"));
    for (var metadata : List.of("bnVsbA==", "W10=", "eyJh", "%%", base64("{\"a\":[]}"))) {
      for (var text : List.of(of + base64("u.txt") + ",metadata " + metadata, of + metadata)) {
        odd.headers("POST", "/upload/resumable", text, upload, List.of("x-upsert"));
      }
    }
    odd.requireNoFaultIn(400);
  }

  @Test
  void inAddresses() {
    var s3 = "/s3/" + bucket;
    odd.parameters("GET", "/bucket", "limit", "offset", "sortColumn", "sortOrder", "search")
        .parameters("GET", "/object/" + bucket + "/a.txt", "download", "token")
        .parameters("GET", "/object/sign/" + bucket + "/a.txt", "token", "download")
        .parameters("PUT", "/object/upload/sign/" + bucket + "/b.txt", "token")
        .parameters("GET", "/render/image/authenticated/" + bucket + "/a.txt", "width", "resize")
        .parameters("GET", s3, "list-type", "max-keys", "continuation-token", "uploadId")
        .parameters("GET", s3, "X-Amz-Expires", "X-Amz-Date", "X-Amz-Credential", "X-Amz-Signature")
        .parameters("PUT", s3 + "/k", "partNumber", "uploadId", "X-Amz-Algorithm")
        .paths(
            List.of(
                "/object/" + bucket + "/%00",
                "/object/" + bucket + "/%ff",
                "/object/" + bucket + "//",
                "/object/" + bucket + "/a%ED%A0%80",
                "/object/" + bucket + '/' + "a/".repeat(600),
                "/object/%2f/a",
                "/object/",
                "/object/list-v2/%00",
                "/bucket/%00",
                "/bucket/" + "x".repeat(300),
                "/upload/resumable/%00",
                "/upload/resumable/..%2f..",
                "/s3/%00/x",
                "/jobs/x",
                "/rules/x",
                "/render/image/sign/" + bucket + "/a.txt"))
        .requireNoFaultIn(500);
  }
}
