package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stabbur.testing.TestServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;

/// Calls of the S3 protocol that are not served, and conditions of writes: neither ever changes or
/// removes what is stored. By the AWS SDK.
class S3UnservedTest {
  private static final StorageHttp HTTP = new StorageHttp(TestServer.shared());
  private static S3Client s3 = S3Client.builder().region(Region.US_EAST_1).build();
  private String bucket = "";

  @BeforeAll
  static void connect() {
    var keys = HTTP.project().keys();
    s3 =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(URI.create(TestServer.shared().url() + "/storage/v1/s3"))
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        keys.s3AccessKeyId().reveal(), keys.s3SecretAccessKey().reveal())))
            .build();
  }

  @AfterAll
  static void disconnect() {
    s3.close();
  }

  @BeforeEach
  void store() {
    bucket = HTTP.bucket("");
    put("kept");
  }

  private String put(String text) {
    return s3.putObject(r -> r.bucket(bucket).key("k"), RequestBody.fromString(text)).eTag();
  }

  private String stored() {
    return s3.getObjectAsBytes(r -> r.bucket(bucket).key("k")).asUtf8String();
  }

  private static String refusal(Runnable call) {
    var e = catchThrowableOfType(S3Exception.class, call::run);
    return e == null ? "done" : e.statusCode() + " " + e.awsErrorDetails().errorCode();
  }

  @Test
  void callsThatAreNotServedChangeNothing() {
    var writes = new LinkedHashMap<String, Consumer<S3Client>>();
    writes.put(
        "PutObjectTagging",
        c ->
            c.putObjectTagging(
                r ->
                    r.bucket(bucket)
                        .key("k")
                        .tagging(t -> t.tagSet(Tag.builder().key("a").value("b").build()))));
    writes.put(
        "PutObjectAcl",
        c -> c.putObjectAcl(r -> r.bucket(bucket).key("k").acl(ObjectCannedACL.PRIVATE)));
    writes.put(
        "PutObjectLegalHold",
        c ->
            c.putObjectLegalHold(
                r ->
                    r.bucket(bucket)
                        .key("k")
                        .legalHold(h -> h.status(ObjectLockLegalHoldStatus.ON))));
    writes.put(
        "PutObjectRetention",
        c -> c.putObjectRetention(r -> r.bucket(bucket).key("k").retention(h -> {})));
    writes.put(
        "RestoreObject",
        c -> c.restoreObject(r -> r.bucket(bucket).key("k").restoreRequest(q -> {})));
    writes.put("DeleteObjectTagging", c -> c.deleteObjectTagging(r -> r.bucket(bucket).key("k")));
    writes.put(
        "DeleteObject of a version",
        c -> c.deleteObject(r -> r.bucket(bucket).key("k").versionId("3")));
    writes.put("DeleteBucketPolicy", c -> c.deleteBucketPolicy(r -> r.bucket(bucket)));
    writes.put("DeleteBucketCors", c -> c.deleteBucketCors(r -> r.bucket(bucket)));
    writes.put("DeleteBucketLifecycle", c -> c.deleteBucketLifecycle(r -> r.bucket(bucket)));
    writes.put("DeleteBucketTagging", c -> c.deleteBucketTagging(r -> r.bucket(bucket)));
    writes.put("DeleteBucketWebsite", c -> c.deleteBucketWebsite(r -> r.bucket(bucket)));
    writes.put("DeleteBucketReplication", c -> c.deleteBucketReplication(r -> r.bucket(bucket)));
    writes.put("DeletePublicAccessBlock", c -> c.deletePublicAccessBlock(r -> r.bucket(bucket)));
    writes.put("PutBucketPolicy", c -> c.putBucketPolicy(r -> r.bucket(bucket).policy("{}")));
    writes.put(
        "PutBucketVersioning",
        c ->
            c.putBucketVersioning(
                r ->
                    r.bucket(bucket)
                        .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED))));
    writes.put(
        "DeleteObject if it matches",
        c -> c.deleteObject(r -> r.bucket(bucket).key("k").ifMatch("\"other\"")));
    var empty = HTTP.bucket("");
    writes.put(
        "DeleteBucketPolicy of an empty one", c -> c.deleteBucketPolicy(r -> r.bucket(empty)));
    var wrong = new ArrayList<String>();
    writes.forEach(
        (name, call) -> {
          var told = refusal(() -> call.accept(s3));
          if (!told.equals("501 NotImplemented")) {
            wrong.add(name + ": " + told);
          }
        });
    assertThat(wrong).isEmpty();
    assertThat(stored()).isEqualTo("kept");
    assertThat(s3.headBucket(r -> r.bucket(empty)).sdkHttpResponse().statusCode()).isEqualTo(200);
  }

  @Test
  void settingsThatABucketCannotHaveAreNotThere() {
    assertThat(refusal(() -> s3.getBucketPolicy(r -> r.bucket(bucket))))
        .isEqualTo("404 NoSuchBucketPolicy");
    assertThat(refusal(() -> s3.getBucketCors(r -> r.bucket(bucket))))
        .isEqualTo("404 NoSuchCORSConfiguration");
    assertThat(refusal(() -> s3.getBucketLifecycleConfiguration(r -> r.bucket(bucket))))
        .isEqualTo("404 NoSuchLifecycleConfiguration");
    assertThat(refusal(() -> s3.getBucketTagging(r -> r.bucket(bucket))))
        .isEqualTo("404 NoSuchTagSet");
    assertThat(refusal(() -> s3.getBucketAcl(r -> r.bucket(bucket))))
        .isEqualTo("501 NotImplemented");
    assertThat(refusal(() -> s3.getObject(r -> r.bucket(bucket).key("k").versionId("3")).abort()))
        .isEqualTo("404 NoSuchVersion");
    assertThat(refusal(() -> s3.listObjectVersions(r -> r.bucket(bucket))))
        .isEqualTo("501 NotImplemented");
    assertThat(s3.getObjectTagging(r -> r.bucket(bucket).key("k")).tagSet()).isEmpty();
  }

  @Test
  void conditionsOfWritesHold() {
    var text = RequestBody.fromString("new");
    assertThat(refusal(() -> s3.putObject(r -> r.bucket(bucket).key("k").ifNoneMatch("*"), text)))
        .isEqualTo("412 PreconditionFailed");
    assertThat(refusal(() -> s3.putObject(r -> r.bucket(bucket).key("k").ifMatch("\"a\""), text)))
        .isEqualTo("412 PreconditionFailed");
    assertThat(refusal(() -> s3.putObject(r -> r.bucket(bucket).key("no").ifMatch("\"a\""), text)))
        .isEqualTo("404 NoSuchKey");
    assertThat(stored()).isEqualTo("kept");
    var tag = put("second");
    assertThat(refusal(() -> s3.putObject(r -> r.bucket(bucket).key("k").ifMatch(tag), text)))
        .isEqualTo("done");
    assertThat(stored()).isEqualTo("new");
    assertThat(refusal(() -> s3.putObject(r -> r.bucket(bucket).key("n").ifNoneMatch("*"), text)))
        .isEqualTo("done");
  }

  @Test
  void conditionsOfUploadsInPartsHold() {
    var id = s3.createMultipartUpload(r -> r.bucket(bucket).key("k")).uploadId();
    var part =
        s3.uploadPart(
            r -> r.bucket(bucket).key("k").uploadId(id).partNumber(1),
            RequestBody.fromString("in parts"));
    var done = CompletedPart.builder().partNumber(1).eTag(part.eTag()).build();
    assertThat(
            refusal(
                () ->
                    s3.completeMultipartUpload(
                        r ->
                            r.bucket(bucket)
                                .key("k")
                                .uploadId(id)
                                .ifNoneMatch("*")
                                .multipartUpload(u -> u.parts(done)))))
        .isEqualTo("412 PreconditionFailed");
    assertThat(stored()).isEqualTo("kept");
    s3.completeMultipartUpload(
        r -> r.bucket(bucket).key("k").uploadId(id).multipartUpload(u -> u.parts(done)));
    assertThat(stored()).isEqualTo("in parts");
  }

  /// Of writers who all saw the same object one replaces it.
  @Test
  void oneOfManyConditionalWritersWins() throws Exception {
    var tag = put("base");
    var calls = new ArrayList<Callable<String>>();
    for (int i = 0; i < 8; i++) {
      var text = RequestBody.fromString("writer " + i);
      calls.add(
          () -> refusal(() -> s3.putObject(r -> r.bucket(bucket).key("k").ifMatch(tag), text)));
    }
    var counts = new LinkedHashMap<String, Integer>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<String> each : threads.invokeAll(calls)) {
        counts.merge(each.get(), 1, Integer::sum);
      }
    }
    assertThat(counts).isEqualTo(Map.of("done", 1, "412 PreconditionFailed", 7));
  }
}
