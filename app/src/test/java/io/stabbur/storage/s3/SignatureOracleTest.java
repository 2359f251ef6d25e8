package io.stabbur.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/// Requests with names, parameters and header values of any characters, signed by the AWS SDK's own
/// signer: each signature is accepted, and refused as soon as one character of what it covers
/// differs. The bucket does not exist, so an accepted request ends with 404 or with a refusal of
/// its name. The seed is in every failure; `-Dsigned.requests=5000 -Dsigned.seed=7` for more.
class SignatureOracleTest {
  private static final int REQUESTS = Integer.getInteger("signed.requests", 60);
  private static final long SEED = Long.getLong("signed.seed", System.nanoTime() & 0xffff_ffffL);
  private static final String ALPHABET = "aZ09-._~ +*'()!$&=%/?#@:;,\"<>[]{}|\\^`æé中😀";
  private static final Set<SdkHttpMethod> METHODS =
      Set.of(SdkHttpMethod.GET, SdkHttpMethod.HEAD, SdkHttpMethod.DELETE);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final TestServer server = TestServer.shared();
  private final Random random = new Random(SEED);

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  @Test
  void whatTheSdkSignsInHeadersIsAccepted() throws Exception {
    for (int i = 0; i < REQUESTS; i++) {
      var signed = sign(request(), AuthLocation.HEADER);

      assertAccepted(signed);
      assertMismatch(altered(signed, "x-amz-meta-note"));
    }
  }

  @Test
  void whatTheSdkSignsInAddressesIsAccepted() throws Exception {
    for (int i = 0; i < REQUESTS; i++) {
      var signed = sign(request(), AuthLocation.QUERY_STRING);

      assertAccepted(signed);
      assertMismatch(altered(signed, "x-amz-meta-note"));
    }
  }

  private void assertAccepted(SdkHttpRequest signed) throws Exception {
    var answer = send(signed);
    assertThat(answer.statusCode()).as(described(signed, answer)).isIn(400, 404, 501);
    assertThat(answer.body()).as(described(signed, answer)).doesNotContain("Signature");
  }

  private void assertMismatch(SdkHttpRequest altered) throws Exception {
    var answer = send(altered);
    assertThat(answer.statusCode()).as(described(altered, answer)).isEqualTo(403);
    if (altered.method() != SdkHttpMethod.HEAD) {
      assertThat(answer.body()).contains("<Code>SignatureDoesNotMatch</Code>");
    }
  }

  private static String described(SdkHttpRequest request, HttpResponse<String> answer) {
    return "seed %d: %s %s [%s] %s"
        .formatted(
            SEED,
            request.method(),
            request.getUri(),
            request.firstMatchingHeader("x-amz-meta-note").orElse(""),
            answer.body());
  }

  /// An unsigned request for an object, or for the list, of a bucket that does not exist.
  private SdkHttpRequest request() {
    var key = random.nextInt(4) == 0 ? "" : "/k" + text(12);
    var builder =
        SdkHttpRequest.builder()
            .uri(java.net.URI.create(server.url()))
            .method(METHODS.stream().skip(random.nextInt(METHODS.size())).findFirst().orElseThrow())
            .encodedPath("/storage/v1/s3/no-such-bucket" + SdkHttpUtils.urlEncodeIgnoreSlashes(key))
            .putHeader("x-amz-meta-note", headerText());
    for (int i = random.nextInt(3); i >= 0; i--) {
      builder.appendRawQueryParameter(
          "p" + i + "-" + text(3), random.nextInt(5) == 0 ? "" : text(8));
    }
    return builder.build();
  }

  private SdkHttpRequest sign(SdkHttpRequest request, AuthLocation location) {
    var keys = server.project().keys();
    var identity =
        AwsCredentialsIdentity.create(
            keys.s3AccessKeyId().reveal(), keys.s3SecretAccessKey().reveal());
    boolean inAddress = location == AuthLocation.QUERY_STRING;
    // over plain HTTP the signer would cover the body too, which an address cannot
    var given = inAddress ? request.toBuilder().protocol("https").build() : request;
    var signed =
        AwsV4HttpSigner.create()
            .sign(
                r -> {
                  r.identity(identity)
                      .request(given)
                      .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                      .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                      .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                      .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                      .putProperty(AwsV4HttpSigner.AUTH_LOCATION, location)
                      .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, !inAddress);
                  if (inAddress) {
                    r.putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(1));
                  }
                })
            .request();
    return inAddress ? signed.toBuilder().protocol("http").build() : signed;
  }

  /// The same request with another path, another parameter or another value of a signed header.
  private SdkHttpRequest altered(SdkHttpRequest signed, String header) {
    var builder = signed.toBuilder();
    switch (random.nextInt(3)) {
      case 0 -> builder.encodedPath(signed.encodedPath() + "x");
      case 1 -> builder.appendRawQueryParameter("extra", "1");
      default -> builder.putHeader(header, signed.firstMatchingHeader(header).orElse("") + "x");
    }
    return builder.build();
  }

  private static HttpResponse<String> send(SdkHttpRequest request)
      throws IOException, InterruptedException {
    var builder =
        HttpRequest.newBuilder(request.getUri())
            .method(request.method().name(), BodyPublishers.noBody());
    request.forEachHeader(
        (name, values) -> {
          if (!name.equalsIgnoreCase("content-length")) {
            values.forEach(value -> builder.header(name, value));
          }
        });
    return CLIENT.send(builder.build(), BodyHandlers.ofString());
  }

  private String text(int longest) {
    var characters = ALPHABET.codePoints().toArray();
    return IntStream.rangeClosed(0, random.nextInt(longest))
        .mapToObj(_ -> Character.toString(characters[random.nextInt(characters.length)]))
        .collect(Collectors.joining());
  }

  /// Words of printable ASCII with one or more spaces and tabs between and around them.
  private String headerText() {
    var words = new ArrayList<>(List.of(""));
    for (int i = random.nextInt(4); i >= 0; i--) {
      words.add(text(6).replaceAll("[^\\x21-\\x7e]", "-") + blanks(3));
    }
    return String.join(" ", words);
  }

  private String blanks(int most) {
    return IntStream.range(0, random.nextInt(most))
        .mapToObj(_ -> random.nextInt(4) == 0 ? "\t" : " ")
        .collect(Collectors.joining());
  }
}
