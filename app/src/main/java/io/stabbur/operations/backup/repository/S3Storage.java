package io.stabbur.operations.backup.repository;

import io.micronaut.objectstorage.InputStreamMapper;
import io.micronaut.objectstorage.ObjectStorageOperations;
import io.micronaut.objectstorage.aws.AwsS3Configuration;
import io.micronaut.objectstorage.aws.AwsS3Operations;
import io.stabbur.project.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/// Object storage in a bucket of an S3-compatible store.
final class S3Storage {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private S3Storage() {}

  static ObjectStorageOperations<?, ?, ?> of(StoreSettings.S3 store) {
    var configuration = new AwsS3Configuration("backup");
    configuration.setBucket(store.bucket());
    return new AwsS3Operations(configuration, client(store), MAPPER);
  }

  private static final InputStreamMapper MAPPER =
      stream -> {
        try {
          return stream.readAllBytes();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      };

  private static S3Client client(StoreSettings.S3 store) {
    var builder =
        S3Client.builder()
            .region(Region.of(store.region()))
            .credentialsProvider(credentials(store))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(5))
                    .socketTimeout(TIMEOUT))
            // older stores do not know the checksums newer SDKs add by themselves
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(
                S3Configuration.builder().pathStyleAccessEnabled(store.pathStyle()).build());
    if (store.endpoint() != null) {
      builder.endpointOverride(store.endpoint());
    }
    return builder.build();
  }

  /// Without keys in the settings the environment's, such as an instance role.
  private static AwsCredentialsProvider credentials(StoreSettings.S3 store) {
    var id = store.accessKeyId().reveal();
    return id.isEmpty()
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(
            AwsBasicCredentials.create(id, store.secretAccessKey().reveal()));
  }
}
