package io.stabbur.storage;

import io.stabbur.testing.Http;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;

/// Requests of the S3 protocol signed by the AWS SDK's own signer, to which a test adds what the
/// signature does not cover.
///
/// @param endpoint the address of the protocol, without a trailing slash
/// @param scope region and service, such as `us-east-1/s3`
record S3Signer(AwsCredentials credentials, String endpoint, String scope) {
  private static final Set<String> SENT_BY_THE_CLIENT = Set.of("host", "content-length");

  /// A signed request; what is added to it is not signed.
  record Signed(String method, String url, Map<String, List<String>> headers, String body) {
    HttpResponse<String> send(String... more) {
      var all = new ArrayList<>(List.of(more));
      headers.forEach(
          (name, values) -> {
            if (!SENT_BY_THE_CLIENT.contains(name.toLowerCase(java.util.Locale.ROOT))) {
              values.forEach(value -> all.addAll(List.of(name, value)));
            }
          });
      return Http.send(method, url, body.isEmpty() ? null : body, all.toArray(String[]::new));
    }

    Signed at(String otherUrl) {
      return new Signed(method, otherUrl, headers, body);
    }
  }

  S3Signer inScope(String other) {
    return new S3Signer(credentials, endpoint, other);
  }

  /// Signed in the header `Authorization`; headers are names and values in turns.
  Signed signed(String method, String path, String body, String... headers) {
    return sign(AuthLocation.HEADER, method, path, body, headers);
  }

  /// Signed in the query, good for a minute.
  Signed presigned(String method, String path, String body, String... headers) {
    return sign(AuthLocation.QUERY_STRING, method, path, body, headers);
  }

  private Signed sign(
      AuthLocation location, String method, String path, String body, String... headers) {
    var request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(method))
            // over plain HTTP the signer would cover the body too, which an address cannot
            .uri(URI.create((endpoint + path).replaceFirst("^http:", "https:")));
    for (int at = 0; at < headers.length; at += 2) {
      request.putHeader(headers[at], headers[at + 1]);
    }
    var wanted =
        SignRequest.builder(credentials)
            .request(request.build())
            .payload(ContentStreamProvider.fromString(body, StandardCharsets.UTF_8))
            .putProperty(AwsV4HttpSigner.REGION_NAME, scope.substring(0, scope.indexOf('/')))
            .putProperty(
                AwsV4HttpSigner.SERVICE_SIGNING_NAME, scope.substring(scope.indexOf('/') + 1))
            .putProperty(AwsV4HttpSigner.AUTH_LOCATION, location)
            .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
            .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
            .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, location == AuthLocation.HEADER);
    if (location == AuthLocation.QUERY_STRING) {
      wanted.putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(1));
    }
    var signed = AwsV4HttpSigner.create().sign(wanted.build()).request();
    var url = signed.getUri().toString().replaceFirst("^https:", "http:");
    return new Signed(method, url, signed.headers(), body);
  }
}
