package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/// What a signature does not cover has no effect (finding H2 of the attack). The AWS SDK's signer
/// signs; the tests add to the request what a holder of it could add.
class S3SignatureTest {
  private static final String UNSIGNED =
      "There were headers present in the request which were not signed";
  private final StorageHttp http = new StorageHttp(TestServer.shared());
  private final String endpoint = TestServer.shared().url() + "/storage/v1/s3";
  private final UUID me = UUID.randomUUID();
  private String bucket = "";

  @BeforeEach
  void storeTheSecret() {
    bucket = http.bucket("");
    http.sql(
        "create policy \"all %1$s\" on storage.objects for all to authenticated using (bucket_id = '%1$s')"
            .formatted(bucket));
    assertThat(http.upload(bucket + "/other/secret", http.service(), "secret").status())
        .isEqualTo(200);
  }

  @AfterEach
  void dropThePolicy() {
    http.sql("drop policy \"all %s\" on storage.objects".formatted(bucket));
  }

  private S3Signer service() {
    var keys = http.project().keys();
    return new S3Signer(
        AwsBasicCredentials.create(
            keys.s3AccessKeyId().reveal(), keys.s3SecretAccessKey().reveal()),
        endpoint,
        "us-east-1/s3");
  }

  private S3Signer user() {
    var keys = http.project().keys();
    return new S3Signer(
        AwsSessionCredentials.create(http.project().name(), keys.anonKey().reveal(), http.user(me)),
        endpoint,
        "us-east-1/s3");
  }

  private String path(String key) {
    return '/' + bucket + '/' + key;
  }

  private void refused(HttpResponse<String> answer, int status, String code, String message) {
    assertThat(answer.body()).contains("<Code>" + code + "</Code>").contains(message);
    assertThat(answer.statusCode()).isEqualTo(status);
    onlyTheSecretIsThere();
  }

  private void onlyTheSecretIsThere() {
    assertThat(
            http.count(
                "select count(*) from storage.objects where bucket_id = ? and name <>"
                    + " 'other/secret'",
                bucket))
        .isZero();
  }

  @Test
  void aCopySourceAddedToAPresignedPutCopiesNothing() {
    for (var signer : new S3Signer[] {service(), user()}) {
      var put = signer.presigned("PUT", path("mine/x"), "");
      refused(put.send("x-amz-copy-source", path("other/secret")), 403, "AccessDenied", UNSIGNED);
    }
  }

  @Test
  void aCopySourceLeftOutOfTheSignedHeadersCopiesNothing() {
    var put = service().signed("PUT", path("mine/x"), "");
    var answer = put.send("x-amz-copy-source", path("other/secret"));
    refused(answer, 403, "AccessDenied", UNSIGNED);
    assertThat(answer.body()).contains("<HeadersNotSigned>x-amz-copy-source</HeadersNotSigned>");
  }

  @Test
  void aCopySourceAddedToAPresignedPartCopiesNothing() {
    var begun = service().signed("POST", path("mine/big") + "?uploads=", "").send();
    var upload = begun.body().replaceAll("(?s).*<UploadId>|</UploadId>.*", "");
    var query = path("mine/big") + "?partNumber=1&uploadId=" + upload;
    for (var part :
        new S3Signer.Signed[] {
          service().presigned("PUT", query, ""), service().signed("PUT", query, "")
        }) {
      refused(part.send("x-amz-copy-source", path("other/secret")), 403, "AccessDenied", UNSIGNED);
    }
    assertThat(
            http.count(
                "select count(*) from storage.s3_multipart_uploads_parts where bucket_id = ?",
                bucket))
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-meta-owner,me",
    "X-Amz-Acl,public-read",
    "x-amz-metadata-directive,REPLACE",
    "x-amz-decoded-content-length,5",
    "x-amz-security-token,any",
    "x-amz-something-new,1",
    "Content-MD5,XUFAKrxLKna5cZ2REBfFkg=="
  })
  void everyHeaderOfTheProtocolMustBeSigned(String name, String value) {
    refused(
        service().presigned("PUT", path("mine/x"), "hello").send(name, value),
        403,
        "AccessDenied",
        UNSIGNED);
    refused(
        service().signed("PUT", path("mine/x"), "hello").send(name, value),
        403,
        "AccessDenied",
        UNSIGNED);
  }

  @Test
  void anUnsignedHashIsRefusedAsAwsRefusesIt() {
    var hash = Crypto.sha256Hex("hello");
    // an address stands for any body; another hash makes another signature
    refused(
        service().presigned("PUT", path("mine/x"), "hello").send("x-amz-content-sha256", hash),
        403,
        "SignatureDoesNotMatch",
        "");
    assertThat(
            service()
                .presigned("PUT", path("other/secret"), "hello")
                .send("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void signedHeadersHaveTheirEffectAndNoOther() {
    var copy =
        service().presigned("PUT", path("mine/x"), "", "x-amz-copy-source", path("other/secret"));
    assertThat(copy.send().statusCode()).isEqualTo(200);
    assertThat(http.get("/object/" + bucket + "/mine/x", http.service()).text())
        .isEqualTo("secret");
    http.delete("/object/" + bucket + "/mine/x", http.service());
    var other = new LinkedHashMap<>(copy.headers());
    other.put("x-amz-copy-source", List.of(path("other/another")));
    refused(
        new S3Signer.Signed("PUT", copy.url(), other, "").send(), 403, "SignatureDoesNotMatch", "");
  }

  /// Several lines of a header are one value, for the signature and for what is done.
  @Test
  void aSignedHeaderCannotBeSplitIntoSeveral() {
    var wanted = path("other/secret") + ",v2";
    var copy = service().signed("PUT", path("mine/x"), "", "x-amz-copy-source", wanted);
    var split = new LinkedHashMap<>(copy.headers());
    split.put("x-amz-copy-source", List.of(path("other/secret"), "v2"));
    refused(new S3Signer.Signed("PUT", copy.url(), split, "").send(), 404, "NoSuchKey", "");
  }

  /// Signatures read several spaces as one, so the name of the source is read like that too.
  @Test
  void spacesAddedToASignedHeaderNameNoOtherSource() {
    http.upload(bucket + "/other/a%20b", http.service(), "one space");
    http.upload(bucket + "/other/a%20%20b", http.service(), "two spaces");
    var copy = service().signed("PUT", path("mine/x"), "", "x-amz-copy-source", path("other/a b"));
    var wider = new LinkedHashMap<>(copy.headers());
    wider.put("x-amz-copy-source", List.of(path("other/a  b")));
    assertThat(new S3Signer.Signed("PUT", copy.url(), wider, "").send().statusCode())
        .isEqualTo(200);
    assertThat(http.get("/object/" + bucket + "/mine/x", http.service()).text())
        .isEqualTo("one space");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Amz-Signature",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Algorithm",
        "X%2DAmz-Signature"
      })
  void aQueryMayNameAParameterOnce(String name) {
    var get = service().presigned("GET", path("other/secret"), "");
    var doubled = get.url().replace("?", "?" + name + "=x&");
    refused(get.at(doubled).send(), 400, "InvalidArgument", "must be given once");
  }

  @Test
  void oneWayOfSigningIsEnough() {
    var get = service().presigned("GET", path("other/secret"), "");
    var answer = get.send("Authorization", "AWS4-HMAC-SHA256 Credential=x");
    refused(answer, 400, "InvalidArgument", "Only one auth mechanism allowed");
    assertThat(get.send("Authorization", "Bearer stray").statusCode()).isIn(200, 403);
    assertThat(get.send("Authorization", "Basic c3RyYXk6eA==").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eu-north-1/s3", "us-east-1/execute-api", "us-east-1/s3vectors"})
  void theScopeMustBeThisServers(String scope) {
    var signer = service().inScope(scope);
    refused(
        signer.presigned("GET", path("other/secret"), "").send(),
        400,
        "AuthorizationHeaderMalformed",
        "");
    refused(
        signer.signed("GET", path("other/secret"), "").send(),
        400,
        "AuthorizationHeaderMalformed",
        "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"us-east-1/s3", "auto/s3"})
  void regionsThatClientsUseForAnyServerAreTaken(String scope) {
    var signer = service().inScope(scope);
    assertThat(signer.signed("GET", path("other/secret"), "").send().body()).isEqualTo("secret");
    assertThat(signer.presigned("GET", path("other/secret"), "").send().body()).isEqualTo("secret");
  }

  @Test
  void theProjectsOwnKeysTakeNoSessionToken() {
    var keys = http.project().keys();
    var both =
        new S3Signer(
            AwsSessionCredentials.create(
                keys.s3AccessKeyId().reveal(), keys.s3SecretAccessKey().reveal(), http.user(me)),
            endpoint,
            "us-east-1/s3");
    refused(both.presigned("GET", path("other/secret"), "").send(), 400, "InvalidToken", "");
    refused(both.signed("GET", path("other/secret"), "").send(), 400, "InvalidToken", "");
  }

  @Test
  void aSessionTokenIsReadWhereTheSignatureStands() {
    var mine = http.user(me);
    var get = user().presigned("GET", path("other/secret"), "");
    assertThat(get.send().body()).isEqualTo("secret");
    refused(get.send("x-amz-security-token", mine), 403, "AccessDenied", UNSIGNED);
    var without = get.url().replaceAll("&?X-Amz-Security-Token=[^&]*", "");
    refused(get.at(without).send(), 403, "SignatureDoesNotMatch", "");
  }

  @Test
  void theOrganisationOfARequestMustBeSigned() {
    refused(
        user()
            .presigned("PUT", path("mine/x"), "hello")
            .send("X-Organization-Id", UUID.randomUUID().toString()),
        403,
        "AccessDenied",
        UNSIGNED);
  }

  @Test
  void anotherMethodOrHostIsAnotherSignature() {
    var get = service().presigned("GET", path("other/secret"), "");
    for (var method : new String[] {"DELETE", "PUT"}) {
      refused(
          new S3Signer.Signed(method, get.url(), get.headers(), "").send(),
          403,
          "SignatureDoesNotMatch",
          "");
    }
    assertThat(get.send("X-HTTP-Method-Override", "DELETE").body()).isEqualTo("secret");
    // a proxy may set another host: what was signed for the public URL holds, nothing else does
    assertThat(get.send("Host", "other.example").body()).isEqualTo("secret");
    var elsewhere =
        new S3Signer(service().credentials(), "http://other.example/storage/v1/s3", "us-east-1/s3")
            .presigned("GET", path("other/secret"), "");
    refused(
        elsewhere
            .at(elsewhere.url().replace("http://other.example", TestServer.shared().url()))
            .send(),
        403,
        "SignatureDoesNotMatch",
        "");
  }

  private static String policy(String... conditions) {
    return "{\"expiration\":\"2099-01-01T00:00:00Z\",\"conditions\":["
        + String.join(",", conditions)
        + "]}";
  }

  /// A form whose policy the project's key signed, with the conditions and `key`, in that scope.
  private HttpResponse<String> form(String scope, String... conditions) {
    return form(scope, Map.of(), conditions);
  }

  private HttpResponse<String> form(String scope, Map<String, String> more, String... conditions) {
    var date =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .format(Instant.now().atOffset(ZoneOffset.UTC));
    var keys = http.project().keys();
    var full = date.substring(0, 8) + '/' + scope + "/aws4_request";
    var policy =
        Base64.getEncoder()
            .encodeToString(
                policy(
                        String.join(",", conditions),
                        "[\"starts-with\",\"$key\",\"\"]",
                        "[\"starts-with\",\"$x-amz-credential\",\"\"]",
                        "[\"starts-with\",\"$x-amz-algorithm\",\"\"]",
                        "[\"starts-with\",\"$x-amz-date\",\"\"]")
                    .getBytes(StandardCharsets.UTF_8));
    var key = ("AWS4" + keys.s3SecretAccessKey().reveal()).getBytes(StandardCharsets.UTF_8);
    for (var part : full.split("/", -1)) {
      key = Crypto.hmacSha256(key, part.getBytes(StandardCharsets.UTF_8));
    }
    var signature =
        HexFormat.of()
            .formatHex(Crypto.hmacSha256(key, policy.getBytes(StandardCharsets.US_ASCII)));
    var fields = new LinkedHashMap<>(more);
    fields.put("key", "mine/form");
    fields.put("x-amz-algorithm", "AWS4-HMAC-SHA256");
    fields.put("x-amz-credential", keys.s3AccessKeyId().reveal() + '/' + full);
    fields.put("x-amz-date", date);
    fields.put("policy", policy);
    fields.put("x-amz-signature", signature);
    return send(fields);
  }

  private HttpResponse<String> send(Map<String, String> fields) {
    var body = new StringBuilder();
    fields.forEach(
        (name, value) ->
            body.append("--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n")
                .append(value)
                .append("\r\n"));
    body.append("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n")
        .append("Content-Type: image/svg+xml\r\n\r\nhello\r\n--b--\r\n");
    return Http.send(
        "POST",
        endpoint + '/' + bucket,
        body.toString(),
        "Content-Type",
        "multipart/form-data; boundary=b");
  }

  @Test
  void aFormPolicyMustNameItsBucket() {
    refused(
        form("us-east-1/s3", "[\"starts-with\",\"$acl\",\"\"]"),
        403,
        "AccessDenied",
        "Extra input fields: bucket");
    refused(
        form("us-east-1/s3", "[\"starts-with\",\"$bucket\",\"\"]"), 403, "AccessDenied", "bucket");
    refused(form("us-east-1/s3", "{\"bucket\":\"other\"}"), 403, "AccessDenied", "bucket");
  }

  @Test
  void aFormPolicyIsHeldToItsScope() {
    var named = "{\"bucket\":\"" + bucket + "\"}";
    refused(form("eu-north-1/s3", named), 400, "AuthorizationHeaderMalformed", "");
    refused(form("us-east-1/execute-api", named), 400, "AuthorizationHeaderMalformed", "");
  }

  /// The media type that the policy does not cover is not taken from the file's own header.
  @Test
  void aFormLeadsItsBrowserWhereItsPolicyAllows() {
    var scope = "us-east-1/s3";
    var named = "{\"bucket\":\"" + bucket + "\"}";
    var there = "https://app.example/done?a=1#end";
    var page = Map.of("success_action_redirect", there);
    refused(form(scope, page, named), 403, "AccessDenied", "success_action_redirect");

    var allowed = "[\"starts-with\",\"$success_action_redirect\",\"https://app.example/\"]";
    var answer = form(scope, page, named, allowed);
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location").orElseThrow())
        .matches(
            "https://app\\.example/done\\?a=1&bucket=%s&key=mine%%2Fform&etag=%%22[0-9a-f]+%%22#end"
                .formatted(bucket));
    var script = Map.of("success_action_redirect", "javascript:alert(1)");
    var any = "[\"starts-with\",\"$success_action_redirect\",\"\"]";
    assertThat(form(scope, script, named, any).statusCode()).isEqualTo(200);
  }

  @Test
  void aFormWithAPolicyForItsBucketIsStored() {
    assertThat(form("us-east-1/s3", "{\"bucket\":\"" + bucket + "\"}").statusCode()).isEqualTo(200);
    var info = http.get("/object/info/" + bucket + "/mine/form", http.service());
    assertThat(info.field("content_type")).isEqualTo("application/octet-stream");
  }
}
