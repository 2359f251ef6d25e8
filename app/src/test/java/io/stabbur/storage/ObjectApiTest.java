package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Buckets and objects over REST, against a running server on a real Postgres.
class ObjectApiTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());

  @Test
  void anUploadIsReadBackWithItsHeaders() {
    var bucket = http.bucket("");
    var up =
        http.upload(bucket + "/a/b.txt", http.service(), "hello", "cache-control", "max-age=60");
    assertThat(up.text()).contains("\"Key\":\"" + bucket + "/a/b.txt\"").contains("\"Id\":\"");
    var down = http.get("/object/authenticated/" + bucket + "/a/b.txt", http.service());
    assertThat(down.text()).isEqualTo("hello");
    assertThat(down.header("content-type")).isEqualTo("text/plain");
    assertThat(down.header("content-length")).isEqualTo("5");
    assertThat(down.header("cache-control")).isEqualTo("max-age=60");
    assertThat(down.header("accept-ranges")).isEqualTo("bytes");
    assertThat(down.header("x-robots-tag")).isEqualTo("none");
    assertThat(down.header("etag")).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
  }

  @Test
  void aFormCarriesFileAndFields() {
    var bucket = http.bucket("");
    var form =
        """
        --XX\r
        Content-Disposition: form-data; name="cacheControl"\r
        \r
        3600\r
        --XX\r
        Content-Disposition: form-data; name="metadata"\r
        \r
        {"a":1}\r
        --XX\r
        Content-Disposition: form-data; name=""; filename="blob"\r
        Content-Type: image/png\r
        \r
        bytes\r\n--XY no\r
        --XX--\r
        """;
    var up =
        http.send(
            "POST",
            "/object/" + bucket + "/f.png",
            http.service(),
            Map.of("content-type", "multipart/form-data; boundary=XX"),
            BodyPublishers.ofString(form));
    assertThat(up.status()).as(up.text()).isEqualTo(200);
    var down = http.get("/object/" + bucket + "/f.png", http.service());
    assertThat(down.text()).isEqualTo("bytes\r\n--XY no");
    assertThat(down.header("content-type")).isEqualTo("image/png");
    assertThat(down.header("cache-control")).isEqualTo("max-age=3600");
    var info = http.get("/object/info/" + bucket + "/f.png", http.service());
    assertThat(info.at("metadata", "a").getIntValue()).isEqualTo(1);
    assertThat(info.field("size")).isEqualTo("14");
  }

  /// The form is searched in pieces of 64 KB, and what looks like the beginning of a delimiter may
  /// lie on both sides of a cut.
  @Test
  void aFormIsCutAtItsDelimiterAndNowhereElse() {
    var path = "/object/" + http.bucket("") + "/f.bin";
    for (int size = 65_400; size < 65_540; size += 7) {
      var file = "\r\n--XY\r\n-\r\r\n--XYX".repeat(size / 18) + "\r\n--XY".repeat(size % 18);
      var form =
          "--XYZ\r\nContent-Disposition: form-data; name=\"\"; filename=\"f\"\r\n\r\n%s\r\n--XYZ--\r\n"
              .formatted(file);
      var up =
          http.send(
              "PUT",
              path,
              http.service(),
              Map.of("content-type", "multipart/form-data; boundary=XYZ"),
              BodyPublishers.ofString(form));
      assertThat(up.status()).as(up.text()).isEqualTo(200);
      assertThat(http.get(path, http.service()).text()).isEqualTo(file);
    }
  }

  @Test
  void aTakenNameIsRefusedUnlessItMayBeReplaced() {
    var bucket = http.bucket("");
    http.upload(bucket + "/x.txt", http.service(), "one");
    var again = http.upload(bucket + "/x.txt", http.service(), "two");
    assertThat(again.status()).isEqualTo(400);
    assertThat(again.field("statusCode")).isEqualTo("409");
    assertThat(again.field("error")).isEqualTo("Duplicate");
    assertThat(http.get("/object/" + bucket + "/x.txt", http.service()).text()).isEqualTo("one");
    http.upload(bucket + "/x.txt", http.service(), "three", "x-upsert", "true");
    assertThat(http.get("/object/" + bucket + "/x.txt", http.service()).text()).isEqualTo("three");
  }

  @Test
  void rangesAreServedAndImpossibleOnesRefused() {
    var bucket = http.bucket("");
    http.upload(bucket + "/r", http.service(), "0123456789");
    var path = "/object/authenticated/" + bucket + "/r";
    var part = http.get(path, http.service(), Map.of("range", "bytes=2-4"));
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.text()).isEqualTo("234");
    assertThat(part.header("content-range")).isEqualTo("bytes 2-4/10");
    assertThat(http.get(path, http.service(), Map.of("range", "bytes=-3")).text()).isEqualTo("789");
    assertThat(http.get(path, http.service(), Map.of("range", "bytes=8-99")).text())
        .isEqualTo("89");
    var none = http.get(path, http.service(), Map.of("range", "bytes=10-"));
    assertThat(none.status()).isEqualTo(416);
    assertThat(none.header("content-range")).isEqualTo("bytes */10");
    assertThat(http.get(path, http.service(), Map.of("range", "lines=1-2")).status())
        .isEqualTo(200);
    assertThat(http.get(path, http.service(), Map.of("range", "bytes=0-1,3-4")).status())
        .isEqualTo(200);
  }

  @Test
  void whatTheClientHasIsNotSentAgain() {
    var bucket = http.bucket("");
    http.upload(bucket + "/c", http.service(), "same");
    var path = "/object/authenticated/" + bucket + "/c";
    var first = http.get(path, http.service());
    var second = http.get(path, http.service(), Map.of("if-none-match", first.header("etag")));
    assertThat(second.status()).isEqualTo(304);
    assertThat(second.bytes()).isEmpty();
    var since =
        http.get(path, http.service(), Map.of("if-modified-since", first.header("last-modified")));
    assertThat(since.status()).isEqualTo(304);
    var other = http.get(path, http.service(), Map.of("if-none-match", "\"other\""));
    assertThat(other.header("cache-control")).contains("stale-while-revalidate=30");
  }

  @Test
  void aDownloadNameIsSafeInItsHeader() {
    var bucket = http.bucket("");
    http.upload(bucket + "/d", http.service(), "x");
    var named =
        http.get("/object/" + bucket + "/d?download=sm%C3%B8r%0D%0AX%3A%201.txt", http.service());
    assertThat(named.header("content-disposition"))
        .isEqualTo(
            "attachment; filename=\"sm_r__X: 1.txt\";"
                + " filename*=UTF-8''sm%C3%B8r%0D%0AX%3A%201.txt");
    for (var name :
        Map.of(
                "report.pdf", "filename=report.pdf; filename*=UTF-8''report.pdf",
                "my%20report%20(1).pdf",
                    "filename=\"my report (1).pdf\"; filename*=UTF-8''my%20report%20%281%29.pdf",
                "say%20%22hi%22.txt",
                    "filename=\"say \\\"hi\\\".txt\"; filename*=UTF-8''say%20%22hi%22.txt",
                "it%27s*.txt", "filename=\"it's*.txt\"; filename*=UTF-8''it%27s%2A.txt")
            .entrySet()) {
      assertThat(
              http.get("/object/" + bucket + "/d?download=" + name.getKey(), http.service())
                  .header("content-disposition"))
          .isEqualTo("attachment; " + name.getValue());
    }
    assertThat(
            http.get("/object/" + bucket + "/d?download=", http.service())
                .header("content-disposition"))
        .isEqualTo("attachment;");
  }

  @Test
  void pagesAreServedAsText() {
    var bucket = http.bucket(",\"public\":true");
    http.upload(bucket + "/p.html", http.service(), "<script>", "content-type", "text/html");
    var page = http.get("/object/public/" + bucket + "/p.html", "");
    assertThat(page.header("content-type")).startsWith("text/plain");
    assertThat(page.text()).isEqualTo("<script>");
  }

  @Test
  void aPictureThatHoldsScriptCannotRunIt() {
    var bucket = http.bucket(",\"public\":true");
    http.upload(bucket + "/s.svg", http.service(), "<svg/>", "content-type", "image/svg+xml");
    http.upload(bucket + "/d.pdf", http.service(), "%PDF", "content-type", "application/pdf");

    var picture = http.get("/object/public/" + bucket + "/s.svg", "");
    assertThat(picture.header("content-security-policy")).contains("default-src 'none'", "sandbox");
    assertThat(picture.header("x-content-type-options")).isEqualTo("nosniff");
    var document = http.get("/object/public/" + bucket + "/d.pdf", "");
    assertThat(document.header("content-security-policy")).isEmpty();
    assertThat(document.header("x-content-type-options")).isEqualTo("nosniff");
  }

  @Test
  void aMoveKeepsTheLimitsOfTheBucketItGoesTo() {
    var from = http.bucket("");
    var to = http.bucket(",\"file_size_limit\":\"10B\",\"allowed_mime_types\":[\"text/*\"]");
    http.upload(from + "/big", http.service(), "12345678901", "content-type", "text/plain");
    http.upload(from + "/image", http.service(), "x", "content-type", "image/svg+xml");
    var body =
        "{\"bucketId\":\"%s\",\"sourceKey\":\"%s\",\"destinationBucket\":\"%s\",\"destinationKey\":\"m\"}";

    var big = http.post("/object/move", http.service(), body.formatted(from, "big", to));
    var image = http.post("/object/move", http.service(), body.formatted(from, "image", to));

    assertThat(big.field("statusCode")).isEqualTo("413");
    assertThat(image.field("statusCode")).isEqualTo("415");
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", to)).isZero();
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", from))
        .isEqualTo(2);
  }

  @Test
  void headTellsWhatGetWouldWithoutBytes() {
    var bucket = http.bucket("");
    http.upload(bucket + "/h", http.service(), "12345");
    var head =
        http.send(
            "HEAD", "/object/" + bucket + "/h", http.service(), Map.of(), BodyPublishers.noBody());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-length")).isEqualTo("5");
    var missing =
        http.send(
            "HEAD",
            "/object/" + bucket + "/none",
            http.service(),
            Map.of(),
            BodyPublishers.noBody());
    assertThat(missing.status()).isEqualTo(400);
  }

  @Test
  void limitsOfTheBucketAreKeptBeforeAndWhileStreaming() {
    var bucket = http.bucket(",\"file_size_limit\":\"10B\",\"allowed_mime_types\":[\"text/*\"]");
    var announced = http.upload(bucket + "/big", http.service(), "12345678901");
    assertThat(announced.field("statusCode")).isEqualTo("413");
    var chunked =
        http.send(
            "POST",
            "/object/" + bucket + "/big",
            http.service(),
            Map.of("content-type", "text/plain"),
            BodyPublishers.ofInputStream(
                () -> new java.io.ByteArrayInputStream(new byte[100_000])));
    assertThat(chunked.field("statusCode")).isEqualTo("413");
    assertThat(chunked.field("error")).isEqualTo("Payload too large");
    var type = http.upload(bucket + "/t", http.service(), "x", "content-type", "image/png");
    assertThat(type.field("error")).isEqualTo("invalid_mime_type");
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isZero();
  }

  @Test
  void namesInEveryScriptAndWithEverySignComeBack() {
    var bucket = http.bucket("");
    for (var name :
        new String[] {"smørbrød/ÆØÅ.txt", "special file @+$,;=?.txt", "a/b/日本.txt", "x'()*!&:"}) {
      var path =
          java.net.URLEncoder.encode(name, StandardCharsets.UTF_8)
              .replace("+", "%20")
              .replace("%2F", "/");
      var up = http.upload(bucket + "/" + path, http.service(), name);
      assertThat(up.status()).as(up.text()).isEqualTo(200);
      assertThat(http.get("/object/authenticated/" + bucket + "/" + path, http.service()).text())
          .isEqualTo(name);
    }
  }

  @Test
  void climbingNamesAreRefusedAndNothingIsStored() {
    var bucket = http.bucket("");
    for (var path :
        new String[] {"..%2F..%2Fetc", "a/%2E%2E/b", "%2e%2e/x", "a/..", "a%00b", "a%5Cb", "%ff"}) {
      var up = http.upload(bucket + "/" + path, http.service(), "x");
      assertThat(up.status()).as(path).isEqualTo(400);
      assertThat(up.field("error")).as(path + up.text()).isEqualTo("InvalidKey");
    }
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isZero();
  }

  @Test
  void signedAddressesOpenOneObjectForOnePurpose() {
    var bucket = http.bucket("");
    http.upload(bucket + "/s%201.txt", http.service(), "signed");
    var signed =
        http.post("/object/sign/" + bucket + "/s%201.txt", http.service(), "{\"expiresIn\":60}");
    var url = signed.field("signedURL");
    assertThat(url).startsWith("/object/sign/" + bucket + "/s%201.txt?token=");
    var read = http.get(url, "");
    assertThat(read.text()).isEqualTo("signed");
    assertThat(read.header("expires")).isNotEmpty();
    http.upload(bucket + "/other.txt", http.service(), "other");
    var token = url.substring(url.indexOf('=') + 1);
    var elsewhere = http.get("/object/sign/" + bucket + "/other.txt?token=" + token, "");
    assertThat(elsewhere.status()).isEqualTo(400);
    assertThat(elsewhere.field("error")).isEqualTo("InvalidSignature");
    var upload =
        http.send(
            "PUT",
            "/object/upload/sign/" + bucket + "/s%201.txt?token=" + token,
            "",
            Map.of("content-type", "text/plain"),
            BodyPublishers.ofString("no"));
    assertThat(upload.status()).isEqualTo(400);
    var tampered = http.get(url.substring(0, url.length() - 2) + "xx", "");
    assertThat(tampered.status()).isEqualTo(400);
  }

  @Test
  void aSignedUploadNeedsNoTokenOfItsBearer() {
    var bucket = http.bucket("");
    var signed = http.post("/object/upload/sign/" + bucket + "/up.txt", http.service(), "");
    var path = signed.field("url");
    var up =
        http.send(
            "PUT",
            path,
            "",
            Map.of("content-type", "text/plain"),
            BodyPublishers.ofString("by token"));
    assertThat(up.text()).isEqualTo("{\"Key\":\"" + bucket + "/up.txt\"}");
    assertThat(http.get("/object/" + bucket + "/up.txt", http.service()).text())
        .isEqualTo("by token");
  }

  @Test
  void manyAddressesAreSignedAtOnce() {
    var bucket = http.bucket("");
    http.upload(bucket + "/one", http.service(), "1");
    var signed =
        http.post(
            "/object/sign/" + bucket,
            http.service(),
            "{\"expiresIn\":60,\"paths\":[\"one\",\"two\"]}");
    assertThat(signed.json().size()).isEqualTo(2);
    assertThat(signed.at(0, "signedURL").getStringValue()).contains("token=");
    assertThat(signed.at(1, "signedURL").isNull()).isTrue();
    assertThat(signed.at(1, "error").getStringValue()).startsWith("Either the object");
  }

  @Test
  void aFolderListsItsFilesAndFolders() {
    var bucket = http.bucket("");
    for (var name : new String[] {"f/b.txt", "f/a.txt", "f/sub/c.txt", "g/d.txt"}) {
      http.upload(bucket + "/" + name, http.service(), name);
    }
    var list = http.post("/object/list/" + bucket, http.service(), "{\"prefix\":\"f\"}");
    var names = new java.util.ArrayList<String>();
    list.json().values().forEach(each -> names.add(StorageHttp.at(each, "name").getStringValue()));
    assertThat(names).containsExactlyInAnyOrder("a.txt", "b.txt", "sub");
    var root = http.post("/object/list/" + bucket, http.service(), "{\"prefix\":\"\"}");
    assertThat(root.json().size()).isEqualTo(2);
  }

  @Test
  void aNumberThatStatementsHaveStoredKeepsNoFolderFromBeingListed() {
    var bucket = http.bucket("");
    http.upload(bucket + "/a", http.service(), "a");
    http.sql(
        "update storage.objects set metadata = metadata || '{\"long\": 1e3000}', user_metadata = '{\"long\": 1e-3000}' where bucket_id = '%s'"
            .formatted(bucket));
    for (var list : new String[] {"list", "list-v2"}) {
      var listed = http.post("/object/" + list + "/" + bucket, http.service(), "{\"prefix\":\"\"}");
      assertThat(listed.status()).as(listed.text()).isEqualTo(200);
      assertThat(listed.text()).contains("\"a\"").contains("0".repeat(3000));
    }
    assertThat(http.get("/object/info/" + bucket + "/a", http.service()).status()).isEqualTo(200);
  }

  @Test
  void pagesOfKeysFollowTheirCursor() {
    var bucket = http.bucket("");
    for (var name : new String[] {"a", "b/1", "b/2", "c", "d"}) {
      http.upload(bucket + "/" + name, http.service(), name);
    }
    var first =
        http.post(
            "/object/list-v2/" + bucket, http.service(), "{\"limit\":2,\"with_delimiter\":true}");
    assertThat(first.at("hasNext").getBooleanValue()).as(first.text()).isTrue();
    assertThat(first.at("folders", 0, "name").getStringValue()).isEqualTo("b/");
    var second =
        http.post(
            "/object/list-v2/" + bucket,
            http.service(),
            "{\"limit\":2,\"with_delimiter\":true,\"cursor\":\""
                + first.field("nextCursor")
                + "\"}");
    assertThat(second.at("objects").size()).isEqualTo(2);
    assertThat(second.at("hasNext").getBooleanValue()).isFalse();
  }

  @Test
  void movesAndCopiesKeepBytesAndMetadata() {
    var bucket = http.bucket("");
    var metadata =
        Base64.getEncoder().encodeToString("{\"k\":\"v\"}".getBytes(StandardCharsets.UTF_8));
    http.upload(bucket + "/m", http.service(), "moving", "x-metadata", metadata);
    var copy =
        http.post(
            "/object/copy",
            http.service(),
            "{\"bucketId\":\"%s\",\"sourceKey\":\"m\",\"destinationKey\":\"dir/copy\"}"
                .formatted(bucket));
    assertThat(copy.field("Key")).as(copy.text()).isEqualTo(bucket + "/dir/copy");
    var move =
        http.post(
            "/object/move",
            http.service(),
            "{\"bucketId\":\"%s\",\"sourceKey\":\"m\",\"destinationKey\":\"moved\"}"
                .formatted(bucket));
    assertThat(move.field("message")).as(move.text()).isEqualTo("Successfully moved");
    TestServer.shared().bean(Sweeper.class).sweep(http.project());
    assertThat(http.get("/object/" + bucket + "/moved", http.service()).text()).isEqualTo("moving");
    assertThat(http.get("/object/" + bucket + "/dir/copy", http.service()).text())
        .isEqualTo("moving");
    assertThat(http.get("/object/info/" + bucket + "/dir/copy", http.service()).text())
        .contains("\"k\":\"v\"");
    assertThat(http.get("/object/" + bucket + "/m", http.service()).status()).isEqualTo(400);
    var onto =
        http.post(
            "/object/move",
            http.service(),
            "{\"bucketId\":\"%s\",\"sourceKey\":\"moved\",\"destinationKey\":\"dir/copy\"}"
                .formatted(bucket));
    assertThat(onto.field("error")).isEqualTo("Duplicate");
  }

  @Test
  void removedAndReplacedBytesLeaveTheStore() {
    var bucket = http.bucket("");
    http.upload(bucket + "/gone", http.service(), "1");
    http.upload(bucket + "/gone", http.service(), "2", "x-upsert", "true");
    http.upload(bucket + "/also", http.service(), "3");
    var many =
        http.send(
            "DELETE",
            "/object/" + bucket,
            http.service(),
            Map.of("content-type", "application/json"),
            BodyPublishers.ofString("{\"prefixes\":[\"also\",\"never\"]}"));
    assertThat(many.json().size()).isEqualTo(1);
    assertThat(http.delete("/object/" + bucket + "/gone", http.service()).field("message"))
        .isEqualTo("Successfully deleted");
    TestServer.shared().bean(Sweeper.class).sweep(http.project());
    assertThat(http.project().folder().resolve("objects/default").resolve(bucket)).doesNotExist();
    assertThat(
            http.count(
                "select count(*) from stabbur_storage.byte_removals where bucket_id = ?", bucket))
        .isZero();
    assertThat(http.delete("/bucket/" + bucket, http.service()).status()).isEqualTo(200);
  }

  @Test
  void aBucketWithObjectsIsEmptiedBeforeItGoes() {
    var bucket = http.bucket("");
    http.upload(bucket + "/x", http.service(), "1");
    var refused = http.delete("/bucket/" + bucket, http.service());
    assertThat(refused.field("error")).isEqualTo("ResourceNotEmpty");
    assertThat(refused.field("statusCode")).isEqualTo("409");
    var user = http.user(UUID.randomUUID());
    assertThat(http.post("/bucket/" + bucket + "/empty", user, "").status()).isEqualTo(403);
    assertThat(http.post("/bucket/" + bucket + "/empty", http.service(), "{}").status())
        .isEqualTo(200);
    assertThat(http.delete("/bucket/" + bucket, http.service()).status()).isEqualTo(200);
    assertThat(http.get("/bucket/" + bucket, http.service()).field("error"))
        .isEqualTo("Bucket not found");
  }

  @Test
  void bucketsAreReadListedAndChanged() {
    var bucket = http.bucket(",\"file_size_limit\":\"20MB\",\"allowed_mime_types\":[\"image/*\"]");
    var read = http.get("/bucket/" + bucket, http.service());
    assertThat(read.field("file_size_limit")).isEqualTo("20000000");
    assertThat(read.at("public").getBooleanValue()).isFalse();
    http.put("/bucket/" + bucket, http.service(), "{\"public\":true,\"file_size_limit\":null}");
    var changed = http.get("/bucket/" + bucket, http.service());
    assertThat(changed.at("public").getBooleanValue()).isTrue();
    assertThat(changed.at("file_size_limit").isNull()).isTrue();
    assertThat(changed.at("allowed_mime_types").size()).isEqualTo(1);
    assertThat(http.get("/bucket?search=" + bucket.substring(5), http.service()).json().size())
        .isEqualTo(1);
    assertThat(http.get("/bucket?search=%25", http.service()).text()).isEqualTo("[]");
    assertThat(http.get("/bucket?limit=0", http.service()).status()).isEqualTo(400);
    assertThat(
            http.post("/bucket", http.service(), "{\"name\":\"" + bucket + "\"}")
                .field("statusCode"))
        .isEqualTo("409");
    assertThat(http.post("/bucket", http.service(), "{\"name\":\"a/b\"}").field("error"))
        .isEqualTo("Invalid Input");
  }

  @Test
  void anExpiredSessionClosesNoPublicOrSignedAddress() {
    var bucket = http.bucket(",\"public\":true");
    http.upload(bucket + "/p", http.service(), "open");
    var signed = http.post("/object/sign/" + bucket + "/p", http.service(), "{\"expiresIn\":60}");
    assertThat(http.get("/object/public/" + bucket + "/p", "not.a.token").text()).isEqualTo("open");
    assertThat(http.get(signed.field("signedURL"), "not.a.token").text()).isEqualTo("open");
    assertThat(http.get("/object/authenticated/" + bucket + "/p", "not.a.token").status())
        .isEqualTo(400);
    assertThat(
            http.post("/object/sign/" + bucket + "/p", "not.a.token", "{\"expiresIn\":60}")
                .status())
        .isEqualTo(400);
  }

  @Test
  void theErrorsOfTheDoorAreThoseOfTheApi() {
    var malformed = http.get("/bucket", "not-a-jwt");
    assertThat(malformed.status()).isEqualTo(400);
    assertThat(malformed.field("error")).isEqualTo("Unauthorized");
    assertThat(malformed.field("statusCode")).isEqualTo("403");
    var nobody = http.get("/bucket", "");
    assertThat(nobody.status()).isEqualTo(400);
    assertThat(nobody.field("error")).isEqualTo("Unauthorized");
    assertThat(nobody.field("message")).isEqualTo("Invalid Compact JWS");
    var nowhere = http.get("/nowhere", http.service());
    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(nowhere.field("error")).isEqualTo("Not Found");
  }
}
