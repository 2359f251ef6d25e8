package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Who sees uploads in parts that are not finished (finding C2 of the attack): the policies on
/// `storage.s3_multipart_uploads` decide, and without one nobody but the service role does.
class S3UnfinishedUploadsTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());
  private final ArrayList<S3Client> open = new ArrayList<>();
  private final UUID me = UUID.randomUUID();
  private String bucket = "";
  private S3Client service = S3Client.builder().region(Region.US_EAST_1).build();

  @BeforeEach
  void connect() {
    bucket = http.bucket("");
    var keys = http.project().keys();
    service =
        client(
            AwsBasicCredentials.create(
                keys.s3AccessKeyId().reveal(), keys.s3SecretAccessKey().reveal()));
    http.sql(
        "create policy \"own %1$s\" on storage.objects for all to authenticated using (bucket_id = '%1$s' and name like '%2$s/%%')"
            .formatted(bucket, me));
  }

  @AfterEach
  void disconnect() {
    http.sql("drop policy \"own %s\" on storage.objects".formatted(bucket));
    open.forEach(S3Client::close);
  }

  private S3Client client(AwsCredentials credentials) {
    var client =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(URI.create(TestServer.shared().url() + "/storage/v1/s3"))
            .forcePathStyle(true)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .build();
    open.add(client);
    return client;
  }

  private S3Client session(String token) {
    return client(
        AwsSessionCredentials.create(
            http.project().name(), http.project().keys().anonKey().reveal(), token));
  }

  /// Begins an upload and stores its first part; answers its id.
  private String begun(S3Client client, String key) {
    var upload = client.createMultipartUpload(r -> r.bucket(bucket).key(key)).uploadId();
    client.uploadPart(
        r -> r.bucket(bucket).key(key).uploadId(upload).partNumber(1),
        RequestBody.fromString("confidential"));
    return upload;
  }

  private static void refused(int status, String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            S3Exception.class,
            e ->
                assertThat(e.statusCode() + " " + e.awsErrorDetails().errorCode())
                    .isEqualTo(status + " " + code));
  }

  @Test
  void unfinishedUploadsOfOthersAreListedForTheServiceRoleAlone() {
    var upload = begun(service, "organization/person/diagnosis.pdf");
    for (var token : new String[] {http.anon(), http.user(me)}) {
      var listed = session(token).listMultipartUploads(r -> r.bucket(bucket));
      assertThat(listed.uploads()).isEmpty();
    }
    assertThat(service.listMultipartUploads(r -> r.bucket(bucket)).uploads())
        .extracting(MultipartUpload::uploadId)
        .containsExactly(upload);
  }

  @Test
  void partsOfAnUploadAreListedForTheServiceRoleAlone() {
    var key = "organization/person/diagnosis.pdf";
    var upload = begun(service, key);
    for (var token : new String[] {http.anon(), http.user(me)}) {
      var session = session(token);
      refused(
          403,
          "AccessDenied",
          () -> session.listParts(r -> r.bucket(bucket).key(key).uploadId(upload)));
    }
    assertThat(service.listParts(r -> r.bucket(bucket).key(key).uploadId(upload)).parts())
        .hasSize(1);
  }

  @Test
  void partsOfOnesOwnUploadNeedAPolicyTooAndAreListedWithOne() {
    var session = session(http.user(me));
    var key = me + "/mine.pdf";
    var upload = begun(session, key);
    assertThat(session.listParts(r -> r.bucket(bucket).key(key).uploadId(upload)).parts())
        .isEmpty();
    var policies =
        new String[] {"storage.s3_multipart_uploads", "storage.s3_multipart_uploads_parts"};
    for (var table : policies) {
      http.sql(
          "create policy \"own %1$s\" on %2$s for select to authenticated using (owner_id = auth.uid()::text)"
              .formatted(bucket, table));
    }
    try {
      begun(service, me + "/from the service.pdf");
      assertThat(session.listMultipartUploads(r -> r.bucket(bucket)).uploads())
          .extracting(MultipartUpload::uploadId)
          .containsExactly(upload);
      assertThat(session.listParts(r -> r.bucket(bucket).key(key).uploadId(upload)).parts())
          .hasSize(1);
      assertThat(
              session(http.user(UUID.randomUUID()))
                  .listMultipartUploads(r -> r.bucket(bucket))
                  .uploads())
          .isEmpty();
    } finally {
      for (var table : policies) {
        http.sql("drop policy \"own %s\" on %s".formatted(bucket, table));
      }
    }
  }

  @Test
  void whoMayNotWriteIsToldNothingOfAnUploadsParts() {
    var key = "organization/person/diagnosis.pdf";
    var upload = begun(service, key);
    var session = session(http.user(me));
    var guessed = CompletedPart.builder().partNumber(1).eTag("\"guess\"").build();
    // not InvalidPart, which would tell the part's MD5 to whoever guesses it
    refused(
        403,
        "AccessDenied",
        () ->
            session.completeMultipartUpload(
                r ->
                    r.bucket(bucket)
                        .key(key)
                        .uploadId(upload)
                        .multipartUpload(m -> m.parts(guessed))));
    refused(
        403,
        "AccessDenied",
        () -> session.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(upload)));
    assertThat(service.listMultipartUploads(r -> r.bucket(bucket)).uploads()).hasSize(1);
  }

  /// The files of the project's store that hold just this text.
  private long stored(String text) throws IOException {
    try (var files = Files.walk(http.project().folder().resolve("objects"))) {
      return files.filter(file -> holds(file, text)).count();
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      return Files.isRegularFile(file)
          && Files.size(file) == text.length()
          && Files.readString(file).equals(text);
    } catch (IOException _) {
      // one of another test, which may have ended it meanwhile
      return false;
    }
  }

  private void part(String limited, String key, String upload, int number, String text) {
    service.uploadPart(
        r -> r.bucket(limited).key(key).uploadId(upload).partNumber(number),
        RequestBody.fromString(text));
  }

  private int sizeOfParts(String limited, String key, String upload) {
    return service.listParts(r -> r.bucket(limited).key(key).uploadId(upload)).parts().stream()
        .mapToInt(each -> Math.toIntExact(each.size()))
        .sum();
  }

  @Test
  void aPartForWhichTheWholeHasNoRoomIsNotStored() throws IOException {
    var limited = http.bucket(",\"file_size_limit\":100");
    var upload = service.createMultipartUpload(r -> r.bucket(limited).key("a")).uploadId();
    var first = "first " + UUID.randomUUID();
    var second = UUID.randomUUID() + " " + UUID.randomUUID();
    part(limited, "a", upload, 1, first);
    assertThat(stored(first)).isOne();
    refused(413, "EntityTooLarge", () -> part(limited, "a", upload, 2, second));
    assertThat(stored(second)).isZero();
    // the same number once more takes the place of the one before
    part(limited, "a", upload, 1, second);
    assertThat(sizeOfParts(limited, "a", upload)).isEqualTo(second.length());
  }

  @Test
  void partsSentAtOnceAreWithinTheLimitOfTheWhole() throws Exception {
    var limited = http.bucket(",\"file_size_limit\":100");
    var upload = service.createMultipartUpload(r -> r.bucket(limited).key("a")).uploadId();
    var refusals = new AtomicInteger();
    try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int number = 1; number <= 8; number++) {
        int own = number;
        senders.execute(
            () -> {
              try {
                part(limited, "a", upload, own, "x".repeat(60));
              } catch (S3Exception e) {
                refusals.incrementAndGet();
              }
            });
      }
    }
    assertThat(sizeOfParts(limited, "a", upload)).isEqualTo(60);
    assertThat(refusals).hasValue(7);
  }
}
