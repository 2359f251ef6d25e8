package io.stabbur.domain;

import io.stabbur.domain.FileMatrix.Cell;
import io.stabbur.domain.FileMatrix.Verb;
import io.stabbur.domain.FileShelf.File;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// The S3 protocol with a user's session: the project's name, the anon key, and the user's token.
final class FileS3 implements FileWire {
  private final S3Client client;
  private final S3Presigner presigner;
  private final boolean signs;

  FileS3(TestServer server, String token) {
    var endpoint = URI.create(server.url() + "/storage/v1/s3");
    this.signs = !token.isEmpty();
    AwsCredentialsProvider credentials =
        signs
            ? StaticCredentialsProvider.create(
                AwsSessionCredentials.create(
                    server.project().name(), server.project().keys().anonKey().reveal(), token))
            : AnonymousCredentialsProvider.create();
    this.client =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(endpoint)
            .forcePathStyle(true)
            .overrideConfiguration(calls -> calls.addExecutionInterceptor(new Unasked()))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .credentialsProvider(credentials)
            .build();
    this.presigner =
        S3Presigner.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(endpoint)
            .credentialsProvider(credentials)
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build();
  }

  /// Bodies are sent without asking first, so that refusals come with theirs.
  private static final class Unasked implements ExecutionInterceptor {
    @Override
    public SdkHttpRequest modifyHttpRequest(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      return context.httpRequest().copy(request -> request.removeHeader("Expect"));
    }
  }

  @Override
  public boolean knows(Verb verb) {
    return verb != Verb.MOVE;
  }

  /// The protocol knows no public buckets: who reads signs, and policies decide.
  @Override
  public boolean servesPublicly() {
    return false;
  }

  @Override
  public String attempt(Verb verb, File file, File target) {
    try {
      return switch (verb) {
        case LIST ->
            client
                    .listObjectsV2(r -> r.bucket(file.bucket()).prefix(file.folder()))
                    .contents()
                    .isEmpty()
                ? "empty"
                : "done";
        case READ ->
            checked(
                client
                    .getObjectAsBytes(r -> r.bucket(file.bucket()).key(file.name()))
                    .asUtf8String());
        case INFO -> {
          client.headObject(r -> r.bucket(file.bucket()).key(file.name()));
          yield "done";
        }
        case SIGN -> presigned(file);
        case UPLOAD, OVERWRITE -> {
          client.putObject(
              r -> r.bucket(file.bucket()).key(file.name()).contentType(FileShelf.TYPE),
              RequestBody.fromString(FileShelf.BYTES));
          yield "done";
        }
        case COPY -> {
          client.copyObject(
              r ->
                  r.sourceBucket(file.bucket())
                      .sourceKey(file.name())
                      .destinationBucket(target.bucket())
                      .destinationKey(target.name()));
          yield "done";
        }
        case DELETE -> {
          client.deleteObject(r -> r.bucket(file.bucket()).key(file.name()));
          yield "done";
        }
        case MOVE -> throw new IllegalArgumentException("S3 knows no move");
      };
    } catch (S3Exception e) {
      var details = e.awsErrorDetails();
      // an answer to HEAD has no body
      return e.statusCode()
          + (verb == Verb.INFO || details == null ? "" : " " + details.errorCode());
    }
  }

  private String presigned(File file) {
    if (!signs) {
      return attempt(Verb.READ, file, file);
    }
    var address =
        presigner.presignGetObject(
            r ->
                r.signatureDuration(Duration.ofMinutes(1))
                    .getObjectRequest(o -> o.bucket(file.bucket()).key(file.name())));
    var answer = Http.get(address.url().toString());
    return answer.statusCode() == 200
        ? checked(answer.body())
        : answer.statusCode() + " " + answer.body().replaceAll("(?s).*<Code>|</Code>.*", "");
  }

  private static String checked(String bytes) {
    return bytes.equals(FileShelf.BYTES) ? "done" : "other bytes";
  }

  @Override
  public String refusal(Verb verb, Cell cell) {
    if (cell.role().equals("nobody")) {
      return verb == Verb.INFO ? "403" : "403 AccessDenied";
    }
    boolean seen = cell.allows(Verb.READ);
    return switch (verb) {
      case LIST -> "empty";
      case READ, SIGN -> "404 NoSuchKey";
      case INFO -> "404";
      case UPLOAD, OVERWRITE -> "403 AccessDenied";
      case COPY -> seen ? "403 AccessDenied" : "404 NoSuchKey";
      // the protocol's answer whether or not there was something
      case DELETE -> "done";
      case MOVE -> "unknown";
    };
  }

  @Override
  public void close() {
    client.close();
    presigner.close();
  }

  @Override
  public String toString() {
    return "S3";
  }
}
