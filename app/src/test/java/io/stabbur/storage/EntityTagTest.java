package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// What the tags of small and of large files are, by each way they come in.
class EntityTagTest {
  private static final int PART = 16 << 20;
  private static final String OF_TWO_PARTS = "\"[0-9a-f]{32}-2\"";
  private final StorageHttp http = new StorageHttp(TestServer.shared());
  private final String bucket = http.bucket("");

  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private String upload(String path, String type, BodyPublisher body) {
    var stored =
        http.send("POST", "/object/" + path, http.service(), Map.of("content-type", type), body);
    assertThat(stored.status()).as(stored.text()).isEqualTo(200);
    return tag(path);
  }

  private String upload(String path, byte[] bytes) {
    return upload(path, "application/pdf", BodyPublishers.ofByteArray(bytes));
  }

  private String tag(String path) {
    var head =
        http.send("HEAD", "/object/" + path, http.service(), Map.of(), BodyPublishers.noBody());
    var listed = http.get("/object/info/" + path, http.service());
    assertThat(listed.field("etag")).isEqualTo(head.header("etag"));
    return head.header("etag");
  }

  private static String md5(byte[] bytes) throws Exception {
    return '"' + HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)) + '"';
  }

  private static BodyPublisher form(byte[] bytes) {
    var head =
        "--XX\r\nContent-Disposition: form-data; name=\"\"; filename=\"f\"\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8);
    var end = "\r\n--XX--\r\n".getBytes(StandardCharsets.UTF_8);
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(
            () ->
                new SequenceInputStream(
                    Collections.enumeration(
                        List.of(
                            new ByteArrayInputStream(head),
                            new ByteArrayInputStream(bytes),
                            new ByteArrayInputStream(end))))),
        head.length + bytes.length + end.length);
  }

  @Test
  void whatTheOriginalsStoreGetsInOneRequestHasItsMd5() throws Exception {
    var bytes = random(PART);
    assertThat(upload(bucket + "/whole", bytes)).isEqualTo(md5(bytes));
    assertThat(upload(bucket + "/small", random(10))).isEqualTo(md5(random(10)));
    assertThat(upload(bucket + "/form", "multipart/form-data; boundary=XX", form(random(10))))
        .isEqualTo(md5(random(10)));
  }

  @Test
  void whatItGetsInPartsHasTheFormOfThoseAndIsTheSameByEachWay() throws Exception {
    var bytes = random(PART + 1);
    var tag = upload(bucket + "/raw", bytes);
    assertThat(tag).matches(OF_TWO_PARTS);
    assertThat(upload(bucket + "/form", "multipart/form-data; boundary=XX", form(bytes)))
        .isEqualTo(tag);
    var encrypted = http.bucket("");
    http.put("/rules/" + encrypted, http.service(), "{\"encrypt\":\"project\"}");
    assertThat(upload(encrypted + "/sealed", bytes)).isEqualTo(tag);
    bytes[PART]++;
    assertThat(upload(bucket + "/other", bytes)).matches(OF_TWO_PARTS).isNotEqualTo(tag);
  }

  @Test
  void whatTheClientHasOfALargeFileIsNotSentAgain() {
    var path = bucket + "/large";
    var tag = upload(path, random(PART + 1));
    var same = http.get("/object/" + path, http.service(), Map.of("if-none-match", tag));
    assertThat(same.status()).isEqualTo(304);
    var range = Map.of("range", "bytes=0-9", "if-range", tag);
    assertThat(http.get("/object/" + path, http.service(), range).status()).isEqualTo(206);
  }

  @Test
  void clientsOfTheS3ProtocolFindTheMd5OfWhatTheySentInOneRequest() throws Exception {
    var bytes = random(PART + 1);
    var keys = http.project().keys();
    try (var s3 =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(java.net.URI.create(TestServer.shared().url() + "/storage/v1/s3"))
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        keys.s3AccessKeyId().reveal(), keys.s3SecretAccessKey().reveal())))
            .build()) {
      var put = s3.putObject(r -> r.bucket(bucket).key("s3"), RequestBody.fromBytes(bytes));
      assertThat(put.eTag()).isEqualTo(md5(bytes));
      var tag = upload(bucket + "/rest", bytes);
      assertThat(s3.headObject(r -> r.bucket(bucket).key("rest")).eTag()).isEqualTo(tag);
      assertThat(s3.listObjectsV2(r -> r.bucket(bucket)).contents())
          .extracting(software.amazon.awssdk.services.s3.model.S3Object::eTag)
          .containsExactly(tag, md5(bytes));
    }
  }
}
