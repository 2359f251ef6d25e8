package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/// What clients of the original rely on beyond its documentation.
class FidelityTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Test
  void namesHaveThePunctuationCurrencyAndSpacesOfEveryScript() {
    var bucket = http.bucket("");
    for (var name :
        List.of(
            "Styremøte – referat’s “utkast”.txt",
            "Reise 1 200 €, £ og ₹.txt",
            "Screenshot 2026-11-28 at 4.05.06\u202fPM.png",
            "«anførsel»、請求書。（写し）・№ 5.pdf",
            "café\u00a0noir \u2212 5 ≤ 6 ½.txt",
            "क्‍ष\u200c.txt",
            "👩‍💻️.txt")) {
      var path = bucket + '/' + encoded(name);
      assertThat(http.upload(path, http.service(), "x").status()).as(name).isEqualTo(200);
      assertThat(http.get("/object/" + path, http.service()).text()).as(name).isEqualTo("x");
    }
    for (var name : List.of("a\u202eb", "a\u0007b", "a\\b", "a\u2028b", "a\ufeffb", "a#b", "a%b")) {
      assertThat(http.upload(bucket + '/' + encoded(name), http.service(), "x").field("code"))
          .as(name)
          .isEqualTo("InvalidKey");
    }
  }

  @Test
  void aRangeOfSomethingElseIsTheWhole() {
    var bucket = http.bucket("");
    http.upload(bucket + "/r", http.service(), "0123456789");
    var path = "/object/" + bucket + "/r";
    var first = http.get(path, http.service());
    Map.of(
            first.header("etag"),
            206,
            first.header("last-modified"),
            206,
            "\"other\"",
            200,
            "W/" + first.header("etag"),
            200,
            "Tue, 03 Jun 2008 11:05:30 GMT",
            200,
            "nonsense",
            200)
        .forEach(
            (known, status) ->
                assertThat(
                        http.get(
                                path,
                                http.service(),
                                Map.of("range", "bytes=2-3", "if-range", known))
                            .status())
                    .as(known)
                    .isEqualTo(status));
  }

  @Test
  void moreThanAThousandFilesAreRemovedAtOnce() {
    var bucket = http.bucket("");
    http.sql(
        "insert into storage.objects (bucket_id, name, version, metadata)"
            + " select '"
            + bucket
            + "', 'n' || i, gen_random_uuid()::text, '{}' from generate_series(1, 2500) i");
    var names =
        IntStream.rangeClosed(1, 2600)
            .mapToObj(i -> "\"n" + i + '"')
            .collect(Collectors.joining(",", "{\"prefixes\":[", "]}"));
    var removed =
        http.send(
            "DELETE",
            "/object/" + bucket,
            http.service(),
            Map.of("content-type", "application/json"),
            BodyPublishers.ofString(names));
    assertThat(removed.status()).as(removed.text()).isEqualTo(200);
    assertThat(removed.json().size()).isEqualTo(2500);
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isZero();
  }

  @Test
  void anUploadMayTellItsLengthAtItsEnd() {
    var bucket = http.bucket("");
    var path = begin(bucket, "open", "Upload-Defer-Length", "1");
    var empty = http.send("HEAD", path, http.service(), Map.of(), BodyPublishers.noBody());
    assertThat(empty.header("upload-defer-length")).isEqualTo("1");
    assertThat(empty.header("upload-length")).isEmpty();
    assertThat(patch(path, 0, "first ").header("upload-offset")).isEqualTo("6");
    assertThat(patch(path, 6, "second").header("tus-complete")).isEmpty();
    assertThat(patch(path, 12, "", "Upload-Length", "3").status()).isEqualTo(400);
    var last = patch(path, 12, "", "Upload-Length", "12");
    assertThat(last.status()).as(last.text()).isEqualTo(204);
    assertThat(last.header("tus-complete")).isEqualTo("1");
    assertThat(http.get("/object/" + bucket + "/open", http.service()).text())
        .isEqualTo("first second");

    var small = http.bucket(",\"file_size_limit\":10");
    var limited = begin(small, "open", "Upload-Defer-Length", "1");
    assertThat(patch(limited, 0, "0123456789").status()).isEqualTo(204);
    assertThat(patch(limited, 10, "x").status()).isEqualTo(413);
    assertThat(patch(limited, 10, "", "Upload-Length", "11").status()).isEqualTo(413);
    assertThat(patch(limited, 10, "", "Upload-Length", "10").header("tus-complete")).isEqualTo("1");
    var told = begin(bucket, "told", "Upload-Length", "4");
    assertThat(patch(told, 0, "ab", "Upload-Length", "2").status()).isEqualTo(400);
    var both =
        http.send(
            "POST",
            "/upload/resumable",
            http.service(),
            Map.of(
                "Upload-Length",
                "1",
                "Upload-Defer-Length",
                "1",
                "Upload-Metadata",
                ResumableApiTest.metadata(bucket, "both")),
            BodyPublishers.noBody());
    assertThat(both.status()).isEqualTo(400);
  }

  private String begin(String bucket, String name, String header, String value) {
    var begun =
        http.send(
            "POST",
            "/upload/resumable",
            http.service(),
            Map.of(header, value, "Upload-Metadata", ResumableApiTest.metadata(bucket, name)),
            BodyPublishers.noBody());
    assertThat(begun.status()).as(begun.text()).isEqualTo(201);
    return URI.create(begun.header("location")).getPath().substring("/storage/v1".length());
  }

  private StorageHttp.Answer patch(String path, long offset, String text, String... more) {
    var headers = new HashMap<String, String>();
    headers.put("Upload-Offset", Long.toString(offset));
    headers.put("content-type", "application/offset+octet-stream");
    for (int at = 0; at < more.length; at += 2) {
      headers.put(more[at], more[at + 1]);
    }
    return http.send("PATCH", path, http.service(), headers, BodyPublishers.ofString(text));
  }

  @Test
  void aBucketPromisesNoMoreThanIsEverTaken() {
    var name = "b-" + UUID.randomUUID();
    var refused =
        http.post(
            "/bucket", http.service(), "{\"name\":\"" + name + "\",\"file_size_limit\":\"1GB\"}");
    assertThat(refused.field("statusCode")).isEqualTo("413");
    assertThat(refused.field("code")).isEqualTo("EntityTooLarge");
    var bucket = http.bucket("");
    var changed = http.put("/bucket/" + bucket, http.service(), "{\"file_size_limit\":52428801}");
    assertThat(changed.field("statusCode")).isEqualTo("413");
    assertThat(
            http.put("/bucket/" + bucket, http.service(), "{\"file_size_limit\":52428800}")
                .status())
        .isEqualTo(200);
  }

  @Test
  void renderedImagesThatAreKnownAreNotSentAgain() throws IOException {
    var bucket = http.bucket("");
    var image = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB), "png", image);
    http.send(
        "POST",
        "/object/" + bucket + "/i.png",
        http.service(),
        Map.of("content-type", "image/png"),
        BodyPublishers.ofByteArray(image.toByteArray()));
    var path = "/render/image/authenticated/" + bucket + "/i.png?width=10&height=8";
    var first = http.get(path, http.service());
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.header("x-transformations")).isEqualTo("height:8,width:10,resizing_type:fill");
    var again = http.get(path, http.service(), Map.of("if-none-match", first.header("etag")));
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.bytes()).isEmpty();
    var signed =
        http.post(
            "/object/sign/" + bucket + "/i.png",
            http.service(),
            "{\"expiresIn\":60,\"transform\":{\"width\":10,\"height\":8}}");
    var token = signed.field("signedURL").replaceAll(".*token=[^.]*\\.([^.]*)\\..*", "$1");
    assertThat(new String(java.util.Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8))
        .contains("\"transformations\":\"height:8,width:10,resizing_type:fill\"");
  }

  @Test
  void aTokenEndsAtItsEndHere() {
    var claims = "{\"sub\":\"%s\",\"role\":\"authenticated\"".formatted(UUID.randomUUID());
    var ended = http.tokenEnding(claims, -1);
    var bucket = http.bucket("");
    var refused = http.get("/object/authenticated/" + bucket + "/x", ended);
    assertThat(refused.field("statusCode")).isEqualTo("403");
    assertThat(refused.field("message")).contains("exp");
    var user =
        io.stabbur.testing.Http.get(
            TestServer.shared().url() + "/auth/v1/user",
            "apikey",
            http.anon(),
            "Authorization",
            "Bearer " + ended);
    assertThat(user.statusCode()).isEqualTo(403);
    assertThat(user.body()).contains("bad_jwt");
    // the data API forgives half a minute, as PostgREST does
    var rows =
        io.stabbur.testing.Http.get(
            TestServer.shared().url() + "/rest/v1/",
            "apikey",
            http.anon(),
            "Authorization",
            "Bearer " + ended);
    assertThat(rows.statusCode()).isEqualTo(200);
  }

  @Test
  void foldersOfTheNewerListHaveTheFieldsOfObjects() {
    var bucket = http.bucket("");
    http.upload(bucket + "/folder/a.txt", http.service(), "x");
    var page =
        http.post(
            "/object/list-v2/" + bucket,
            http.service(),
            "{\"prefix\":\"\",\"with_delimiter\":true}");
    assertThat(page.text())
        .contains(
            "\"folders\":[{\"key\":\"folder\",\"name\":\"folder/\",\"id\":null,"
                + "\"updated_at\":null,\"created_at\":null,\"last_accessed_at\":null,"
                + "\"metadata\":null}]");
    var inside =
        http.post(
            "/object/list-v2/" + bucket,
            http.service(),
            "{\"prefix\":\"folder/\",\"with_delimiter\":true}");
    assertThat(inside.at("objects", 0, "key").getStringValue()).isEqualTo("a.txt");
    assertThat(inside.at("objects", 0, "name").getStringValue()).isEqualTo("folder/a.txt");
  }

  @Test
  void aPlainUploadHasEmptyMetadata() {
    var bucket = http.bucket("");
    http.upload(bucket + "/plain", http.service(), "x");
    assertThat(http.get("/object/info/" + bucket + "/plain", http.service()).text())
        .contains("\"metadata\":{}");
  }

  @Test
  void bucketsTellTheirTypeToThoseWhoKnowIt() {
    http.bucket("");
    assertThat(http.get("/bucket", http.service()).text()).contains("STANDARD");
    for (var old : List.of("supabase-py/storage3 v0.12.0", "supabase-py/2.17.3")) {
      assertThat(http.get("/bucket", http.service(), Map.of("user-agent", old)).text())
          .as(old)
          .doesNotContain("STANDARD");
    }
    for (var now : List.of("supabase-py/storage3 v0.12.1", "supabase-py/2.18.0")) {
      assertThat(http.get("/bucket", http.service(), Map.of("user-agent", now)).text())
          .as(now)
          .contains("STANDARD");
    }
  }

  @Test
  void whoShowsNothingIsToldWhatTheOriginalTells() {
    var nobody = http.get("/bucket", "");
    assertThat(nobody.status()).isEqualTo(400);
    assertThat(nobody.field("statusCode")).isEqualTo("403");
    assertThat(nobody.field("message")).isEqualTo("Invalid Compact JWS");
  }

  @Test
  void errorsHaveTheOriginalsCodes() {
    var bucket = http.bucket("");
    http.upload(bucket + "/a", http.service(), "x");
    http.upload(bucket + "/b", http.service(), "x");
    var moved =
        http.post(
            "/object/move",
            http.service(),
            "{\"bucketId\":\"%s\",\"sourceKey\":\"a\",\"destinationKey\":\"b\"}".formatted(bucket));
    assertThat(moved.field("code")).isEqualTo("ResourceAlreadyExists");
    assertThat(http.upload(bucket + "/a", http.service(), "x").field("code"))
        .isEqualTo("KeyAlreadyExists");
    var shapeless = http.post("/object/list/" + bucket, http.service(), "{\"limit\":\"many\"}");
    assertThat(shapeless.field("code")).isEqualTo("InvalidRequest");
    assertThat(shapeless.field("error")).isEqualTo("Error");
    var size =
        http.post("/bucket", http.service(), "{\"name\":\"x\",\"file_size_limit\":\"1 apple\"}");
    assertThat(size.field("message"))
        .isEqualTo("Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B");
    assertThat(http.post("/bucket", http.service(), "{\"name\":\"a/b\"}").field("error"))
        .isEqualTo("Invalid Input");
  }

  @Test
  void aHiddenPathDoesNotExistForStorageJs() {
    var bucket = http.bucket("");
    var user = http.user(UUID.randomUUID());
    var path = "/object/" + bucket + "/hidden";
    var head = http.send("HEAD", path, user, Map.of(), BodyPublishers.noBody());
    assertThat(head.status()).isEqualTo(400);
    assertThat(http.get(path, user).status()).isEqualTo(400);
    assertThat(http.get(path, user).field("statusCode")).isEqualTo("403");
    http.put("/rules/" + bucket, http.service(), "{\"plain_refusals\":true}");
    assertThat(http.get(path, user).status()).isEqualTo(403);
  }
}
