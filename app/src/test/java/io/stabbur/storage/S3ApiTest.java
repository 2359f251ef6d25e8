package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// The S3 protocol, driven by the AWS SDK: its signer and its parsers are the oracle.
class S3ApiTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());
  private final ArrayList<AutoCloseable> open = new ArrayList<>();
  private String bucket = "";
  private S3Client service = S3Client.builder().region(Region.US_EAST_1).build();

  @BeforeEach
  void connect() {
    bucket = http.bucket("");
    service = client(serviceKeys(), RequestChecksumCalculation.WHEN_SUPPORTED);
  }

  @AfterEach
  void disconnect() throws Exception {
    for (var each : open) {
      each.close();
    }
  }

  private AwsCredentials serviceKeys() {
    var keys = http.project().keys();
    return AwsBasicCredentials.create(
        keys.s3AccessKeyId().reveal(), keys.s3SecretAccessKey().reveal());
  }

  private static URI endpoint() {
    return URI.create(TestServer.shared().url() + "/storage/v1/s3");
  }

  private S3Client client(AwsCredentials credentials, RequestChecksumCalculation checksums) {
    var client =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(endpoint())
            .forcePathStyle(true)
            .requestChecksumCalculation(checksums)
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .build();
    open.add(client);
    return client;
  }

  private void put(S3Client client, String key, String text) {
    client.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString(text));
  }

  private String get(S3Client client, String key) {
    return client.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asUtf8String();
  }

  private static void refused(int status, String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(status);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            });
  }

  @Test
  void bodiesInEveryFormAreStored() {
    put(service, "trailer", "with a checksum in the trailer");
    assertThat(get(service, "trailer")).isEqualTo("with a checksum in the trailer");
    var plain = client(serviceKeys(), RequestChecksumCalculation.WHEN_REQUIRED);
    put(plain, "chunks", "in signed chunks");
    assertThat(get(plain, "chunks")).isEqualTo("in signed chunks");
    for (var algorithm :
        new ChecksumAlgorithm[] {
          ChecksumAlgorithm.CRC32, ChecksumAlgorithm.CRC32_C,
          ChecksumAlgorithm.SHA1, ChecksumAlgorithm.SHA256
        }) {
      service.putObject(
          r -> r.bucket(bucket).key("sum").checksumAlgorithm(algorithm),
          RequestBody.fromString("sum " + algorithm));
      assertThat(get(service, "sum")).isEqualTo("sum " + algorithm);
    }
  }

  @Test
  void aWrongSecretAndAnUnknownKeyAreRefused() {
    var id = http.project().keys().s3AccessKeyId().reveal();
    var forged =
        client(AwsBasicCredentials.create(id, "wrong"), RequestChecksumCalculation.WHEN_REQUIRED);
    refused(403, "SignatureDoesNotMatch", () -> put(forged, "x", "y"));
    var stranger =
        client(
            AwsBasicCredentials.create("nobody", "wrong"),
            RequestChecksumCalculation.WHEN_REQUIRED);
    refused(403, "InvalidAccessKeyId", () -> stranger.listBuckets());
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isZero();
  }

  @Test
  void aUsersSessionIsBoundByPolicies() {
    var me = UUID.randomUUID();
    http.sql(
        "create policy \"s3 %1$s\" on storage.objects for all to authenticated using (bucket_id = '%1$s' and name like '%2$s/%%')"
            .formatted(bucket, me));
    var user =
        client(
            AwsSessionCredentials.create(
                http.project().name(), http.project().keys().anonKey().reveal(), http.user(me)),
            RequestChecksumCalculation.WHEN_SUPPORTED);
    put(user, me + "/mine", "own");
    assertThat(get(user, me + "/mine")).isEqualTo("own");
    refused(403, "AccessDenied", () -> put(user, "other/x", "no"));
    put(service, "other/y", "hidden");
    refused(404, "NoSuchKey", () -> get(user, "other/y"));
    assertThat(user.listObjectsV2(r -> r.bucket(bucket)).contents()).hasSize(1);
  }

  @Test
  void presignedAddressesWorkUntilTheyExpire() throws IOException, InterruptedException {
    put(service, "signed file.txt", "by address");
    try (var presigner =
        S3Presigner.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(endpoint())
            .credentialsProvider(StaticCredentialsProvider.create(serviceKeys()))
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build()) {
      var get =
          presigner.presignGetObject(
              r ->
                  r.signatureDuration(Duration.ofMinutes(1))
                      .getObjectRequest(o -> o.bucket(bucket).key("signed file.txt")));
      assertThat(fetch(HttpRequest.newBuilder(get.url().toURI()))).isEqualTo("200 by address");
      var other = get.url().toString().replace("signed%20file", "another");
      assertThat(fetch(HttpRequest.newBuilder(URI.create(other))))
          .startsWith("403")
          .contains("SignatureDoesNotMatch");
      var put =
          presigner.presignPutObject(
              r ->
                  r.signatureDuration(Duration.ofMinutes(1))
                      .putObjectRequest(o -> o.bucket(bucket).key("up")));
      assertThat(
              fetch(
                  HttpRequest.newBuilder(put.url().toURI())
                      .PUT(BodyPublishers.ofString("put by address"))))
          .startsWith("200");
      assertThat(get(service, "up")).isEqualTo("put by address");
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String fetch(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request.build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  @Test
  void partsAreJoinedOnlyAsTheyWereStored() {
    var upload = service.createMultipartUpload(r -> r.bucket(bucket).key("big")).uploadId();
    var first =
        service.uploadPart(
            r -> r.bucket(bucket).key("big").uploadId(upload).partNumber(1),
            RequestBody.fromString("a".repeat(5 << 20)));
    var second =
        service.uploadPart(
            r -> r.bucket(bucket).key("big").uploadId(upload).partNumber(2),
            RequestBody.fromString("tail"));
    refused(
        400,
        "InvalidPart",
        () ->
            service.completeMultipartUpload(
                r ->
                    r.bucket(bucket)
                        .key("big")
                        .uploadId(upload)
                        .multipartUpload(m -> m.parts(part(1, "\"wrong\"")))));
    refused(
        400,
        "InvalidPartOrder",
        () ->
            service.completeMultipartUpload(
                r ->
                    r.bucket(bucket)
                        .key("big")
                        .uploadId(upload)
                        .multipartUpload(
                            m -> m.parts(part(2, second.eTag()), part(1, first.eTag())))));
    service.completeMultipartUpload(
        r ->
            r.bucket(bucket)
                .key("big")
                .uploadId(upload)
                .multipartUpload(m -> m.parts(part(1, first.eTag()), part(2, second.eTag()))));
    var head = service.headObject(r -> r.bucket(bucket).key("big"));
    assertThat(head.contentLength()).isEqualTo((5L << 20) + 4);
    assertThat(head.eTag()).endsWith("-2\"");
    refused(
        404,
        "NoSuchUpload",
        () -> service.listParts(r -> r.bucket(bucket).key("big").uploadId(upload)));
  }

  private static CompletedPart part(int number, String etag) {
    return CompletedPart.builder().partNumber(number).eTag(etag).build();
  }

  @Test
  void restAndS3SeeTheSameObject() {
    http.upload(bucket + "/rest.txt", http.service(), "from rest");
    assertThat(get(service, "rest.txt")).isEqualTo("from rest");
    service.putObject(
        r -> r.bucket(bucket).key("s3.txt").metadata(Map.of("who", "s3")).contentType("text/plain"),
        RequestBody.fromString("from s3"));
    assertThat(http.get("/object/" + bucket + "/s3.txt", http.service()).text())
        .isEqualTo("from s3");
    assertThat(http.get("/object/info/" + bucket + "/s3.txt", http.service()).text())
        .contains("\"who\":\"s3\"");
  }

  @Test
  void aBodyThatIsNotTheSignedOneIsNotStored() throws IOException, InterruptedException {
    var sent =
        fetch(
            HttpRequest.newBuilder(URI.create(endpoint() + "/" + bucket + "/forged"))
                .header("x-amz-content-sha256", "0".repeat(64))
                .header("x-amz-date", "20200101T000000Z")
                .header(
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=x/20200101/us-east-1/s3/aws4_request,"
                        + " SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
                        + "0".repeat(64))
                .PUT(BodyPublishers.ofString("forged", StandardCharsets.UTF_8)));
    assertThat(sent).startsWith("403").contains("<Code>RequestTimeTooSkewed</Code>");
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isZero();
  }

  /// UploadPartCopy from a clear and from an encrypted bucket into an encrypted one, and back.
  @Test
  void partsAreCopiedIntoAndOutOfAnEncryptedBucket() {
    var encrypted = http.bucket("");
    http.put("/rules/" + encrypted, http.service(), "{\"encrypt\":\"folder\"}");
    var bytes = new byte[(11 << 20) + 7];
    new Random(5).nextBytes(bytes);
    service.putObject(r -> r.bucket(bucket).key("a/clear"), RequestBody.fromBytes(bytes));
    copyInParts(bucket, "a/clear", encrypted, "b/sealed", bytes.length);
    copyInParts(encrypted, "b/sealed", encrypted, "c/again", bytes.length);
    copyInParts(encrypted, "c/again", bucket, "a/back", bytes.length);

    for (var name : List.of("b/sealed", "c/again")) {
      assertThat(service.getObjectAsBytes(r -> r.bucket(encrypted).key(name)).asByteArray())
          .as(name)
          .isEqualTo(bytes);
      assertThat(
              http.count(
                  "select count(*) from storage.objects where bucket_id = ? and version like"
                      + " 'enc-%'",
                  encrypted))
          .isEqualTo(2);
    }
    assertThat(service.getObjectAsBytes(r -> r.bucket(bucket).key("a/back")).asByteArray())
        .isEqualTo(bytes);
    var range =
        service.getObjectAsBytes(
            r -> r.bucket(encrypted).key("c/again").range("bytes=6291450-6291469"));
    assertThat(range.asByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 6291450, 6291470));
  }

  /// Copies an object in two parts, the second of which begins within a chunk of ciphertext.
  private void copyInParts(String from, String key, String to, String name, int size) {
    int middle = (6 << 20) + 13;
    var upload = service.createMultipartUpload(r -> r.bucket(to).key(name)).uploadId();
    var parts = new ArrayList<CompletedPart>();
    for (var range : List.of("bytes=0-" + (middle - 1), "bytes=" + middle + "-" + (size - 1))) {
      int number = parts.size() + 1;
      var copied =
          service.uploadPartCopy(
              r ->
                  r.sourceBucket(from)
                      .sourceKey(key)
                      .copySourceRange(range)
                      .destinationBucket(to)
                      .destinationKey(name)
                      .uploadId(upload)
                      .partNumber(number));
      parts.add(part(number, copied.copyPartResult().eTag()));
    }
    service.completeMultipartUpload(
        r -> r.bucket(to).key(name).uploadId(upload).multipartUpload(m -> m.parts(parts)));
  }

  @Test
  void anUploadInPartsGoesOnAfterACutAndIsReadCopiedListedAndRemoved() {
    var bytes = new byte[(12 << 20) + 5];
    new Random(3).nextBytes(bytes);
    var upload = service.createMultipartUpload(r -> r.bucket(bucket).key("a/cut")).uploadId();
    var parts = new ArrayList<CompletedPart>();
    parts.add(part(1, sent(upload, 1, bytes, 0, 6 << 20)));
    assertThatThrownBy(
            () ->
                service.uploadPart(
                    r -> r.bucket(bucket).key("a/cut").uploadId(upload).partNumber(2),
                    RequestBody.fromContentProvider(
                        () -> cutAfter(bytes, 100_000), 6 << 20, "application/octet-stream")))
        .isInstanceOf(SdkException.class);

    // another process asks what arrived, and sends the rest
    var there = service.listParts(r -> r.bucket(bucket).key("a/cut").uploadId(upload)).parts();
    assertThat(there).hasSize(1);
    parts.add(part(2, sent(upload, 2, bytes, 6 << 20, bytes.length - (6 << 20))));
    service.completeMultipartUpload(
        r -> r.bucket(bucket).key("a/cut").uploadId(upload).multipartUpload(m -> m.parts(parts)));

    assertThat(service.getObjectAsBytes(r -> r.bucket(bucket).key("a/cut")).asByteArray())
        .isEqualTo(bytes);
    var range =
        service.getObjectAsBytes(r -> r.bucket(bucket).key("a/cut").range("bytes=6291450-6291469"));
    assertThat(range.asByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 6291450, 6291470));
    service.copyObject(
        r ->
            r.sourceBucket(bucket)
                .sourceKey("a/cut")
                .destinationBucket(bucket)
                .destinationKey("a/copy"));
    assertThat(service.listObjectsV2(r -> r.bucket(bucket).prefix("a/")).contents())
        .extracting(S3Object::key)
        .containsExactly("a/copy", "a/cut");
    service.deleteObjects(
        r -> r.bucket(bucket).delete(d -> d.objects(o -> o.key("a/copy"), o -> o.key("a/cut"))));
    assertThat(service.listObjectsV2(r -> r.bucket(bucket)).contents()).isEmpty();
  }

  private String sent(String upload, int number, byte[] bytes, int from, int count) {
    return service
        .uploadPart(
            r -> r.bucket(bucket).key("a/cut").uploadId(upload).partNumber(number),
            RequestBody.fromBytes(Arrays.copyOfRange(bytes, from, from + count)))
        .eTag();
  }

  private static InputStream cutAfter(byte[] bytes, int count) {
    return new SequenceInputStream(
        new ByteArrayInputStream(bytes, 0, count),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("cut");
          }

          @Override
          public int read(byte[] into, int at, int length) throws IOException {
            throw new IOException("cut");
          }
        });
  }

  /// `-Ds3.parts=10000` is the long run.
  @Test
  void asManyPartsAsTheProtocolAllowsAreJoinedAndOneMoreIsRefused() throws Exception {
    int most = Integer.getInteger("s3.parts", 100);
    var upload = service.createMultipartUpload(r -> r.bucket(bucket).key("many")).uploadId();
    var parts = new CompletedPart[most];
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int at = 0; at < most; at++) {
        int place = at;
        threads.execute(() -> parts[place] = tiny(upload, place == most - 1 ? 10_000 : place + 1));
      }
    }
    for (int number : new int[] {0, 10_001}) {
      // this client does not read the answer to a body that was not asked for
      assertThatThrownBy(() -> tiny(upload, number))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(400));
    }
    service.completeMultipartUpload(
        r -> r.bucket(bucket).key("many").uploadId(upload).multipartUpload(m -> m.parts(parts)));
    assertThat(get(service, "many")).isEqualTo("x".repeat(most));
    assertThat(service.headObject(r -> r.bucket(bucket).key("many")).eTag())
        .endsWith("-" + most + "\"");
  }

  private CompletedPart tiny(String upload, int number) {
    return part(
        number,
        service
            .uploadPart(
                r -> r.bucket(bucket).key("many").uploadId(upload).partNumber(number),
                RequestBody.fromString("x"))
            .eTag());
  }
}
