package io.stabbur.moving;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The S3 endpoint of a project, whose buckets are the project's and whose keys are the names.
public final class S3Files implements FileSource {
  private final S3Client client;

  /// @param endpoint such as `https://REF.storage.supabase.co/storage/v1/s3?region=eu-north-1`;
  ///   `s3://` stands for `https://`
  public S3Files(String endpoint, String accessKeyId, Secret secretAccessKey) {
    var region = "us-east-1";
    var address = endpoint.replaceFirst("^s3://", "https://");
    int question = address.indexOf('?');
    if (question >= 0) {
      for (var option : address.substring(question + 1).split("&", -1)) {
        if (option.startsWith("region=")) {
          region = option.substring("region=".length());
        }
      }
      address = address.substring(0, question);
    }
    try {
      this.client =
          S3Client.builder()
              .region(Region.of(region))
              .endpointOverride(URI.create(address))
              .credentialsProvider(
                  StaticCredentialsProvider.create(
                      AwsBasicCredentials.create(accessKeyId, secretAccessKey.reveal())))
              .httpClientBuilder(
                  UrlConnectionHttpClient.builder()
                      .connectionTimeout(Duration.ofSeconds(15))
                      .socketTimeout(Duration.ofMinutes(1)))
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
              .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
              .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
              .build();
    } catch (IllegalArgumentException e) {
      throw new StartFailure(
          "--files must be an S3 endpoint such as s3://ref.storage.supabase.co/storage/v1/s3?region=eu-north-1, or a folder.",
          e);
    }
  }

  @Override
  public Optional<Content> open(StoredFile file) throws IOException {
    try {
      var stream = client.getObject(r -> r.bucket(file.bucket()).key(file.name()));
      return Optional.of(new Content(stream, stream.response().contentLength()));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        return Optional.empty();
      }
      throw new IOException("The S3 endpoint answers %d.".formatted(e.statusCode()), e);
    } catch (SdkException e) {
      throw new IOException("The S3 endpoint does not answer.", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
