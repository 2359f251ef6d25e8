package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/// The S3 protocol as the AWS CLI, boto3, s3cmd, mc and rclone use it, behind proxies that strip a
/// path or set another host, and at the root of a port of its own. The server is reached directly;
/// what a proxy would have changed is changed here.
class S3ClientsTest {
  private static final String PUBLIC = "https://api.example.org/backend";
  private static TestServer server = TestServer.shared();
  private static int rootPort;
  private final StorageHttp http = new StorageHttp(server);
  private String bucket = "";

  @BeforeAll
  static void start() {
    rootPort = TestServer.freePort();
    server =
        TestServer.start(
            Map.of(
                "stabbur.public-url",
                PUBLIC,
                "stabbur.auth.trusted-proxies",
                1,
                "stabbur.gateway.access-log",
                true,
                "stabbur.storage.endpoint-hosts",
                List.of("s3.example.org"),
                "stabbur.storage.endpoint-port",
                rootPort));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeBucket() {
    bucket = http.bucket("");
  }

  private S3Signer signer(String endpoint) {
    var keys = http.project().keys();
    return new S3Signer(
        AwsBasicCredentials.create(
            keys.s3AccessKeyId().reveal(), keys.s3SecretAccessKey().reveal()),
        endpoint,
        "us-east-1/s3");
  }

  /// Signs for one address and sends to the server itself, as a proxy does that strips `prefix`.
  private HttpResponse<String> through(
      String endpoint, String prefix, String host, String method, String path, String... more) {
    var signed = signer(endpoint).signed(method, path, "PUT".equals(method) ? "text" : "");
    var target = URI.create(signed.url()).getRawPath().substring(prefix.length());
    var headers = new ArrayList<>(List.of(more));
    headers.addAll(List.of("Host", host));
    return signed.at(server.url() + target).send(headers.toArray(String[]::new));
  }

  @Test
  void aProxyThatStripsThePathOfThePublicUrlKeepsSignaturesValid() {
    var endpoint = PUBLIC + "/storage/v1/s3";
    for (var host : List.of("api.example.org", "127.0.0.1:54321", "stabbur")) {
      assertThat(through(endpoint, "/backend", host, "PUT", "/" + bucket + "/a%20b").statusCode())
          .as(host)
          .isEqualTo(200);
    }
    var link = signer(endpoint).presigned("GET", "/" + bucket + "/a%20b", "").url();
    assertThat(
            Http.get(
                    link.replace("http://api.example.org/backend", server.url()), "Host", "stabbur")
                .body())
        .isEqualTo("text");
  }

  @Test
  void whatTrustedProxiesForwardIsWhatClientsSigned() {
    var path = "/" + bucket + "/x";
    assertThat(
            through(
                    "https://files.example.net:8443/storage/v1/s3",
                    "",
                    "stabbur",
                    "PUT",
                    path,
                    "X-Forwarded-Host",
                    "files.example.net",
                    "X-Forwarded-Port",
                    "8443")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aSignatureForAnotherHostOrPathIsRefused() {
    var path = "/" + bucket + "/x";
    var elsewhere = through("https://evil.example/storage/v1/s3", "", "stabbur", "PUT", path);
    assertThat(elsewhere.statusCode()).isEqualTo(403);
    assertThat(elsewhere.body()).contains("SignatureDoesNotMatch");
    // a prefix that a client names would move where the bucket begins
    assertThat(
            through(
                    "https://files.example.net/deep/storage/v1/s3",
                    "/deep",
                    "stabbur",
                    "PUT",
                    path,
                    "X-Forwarded-Host",
                    "files.example.net",
                    "X-Forwarded-Prefix",
                    "/deep")
                .statusCode())
        .isEqualTo(403);
    var otherPrefix =
        through("https://api.example.org/other/storage/v1/s3", "/other", "stabbur", "PUT", path);
    assertThat(otherPrefix.body()).contains("SignatureDoesNotMatch");
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isZero();
  }

  @Test
  void atAPortAndAHostOfItsOwnTheProtocolBeginsAtTheRoot() {
    var root = "http://127.0.0.1:" + rootPort;
    assertThat(
            signer(root)
                .signed("PUT", "/" + bucket + "/%C3%A6.txt", "at the root")
                .send()
                .statusCode())
        .isEqualTo(200);
    assertThat(signer(root).signed("GET", "/", "").send().body()).contains(bucket);
    assertThat(signer(root).presigned("GET", "/" + bucket + "/%C3%A6.txt", "").send().body())
        .isEqualTo("at the root");
    var named = signer("https://s3.example.org").signed("GET", "/" + bucket + "/%C3%A6.txt", "");
    assertThat(
            named
                .at(server.url() + "/" + bucket + "/%C3%A6.txt")
                .send("Host", "s3.example.org")
                .body())
        .isEqualTo("at the root");
    // nothing else is served there
    assertThat(Http.get(root + "/health").statusCode()).isEqualTo(403);
    assertThat(Http.get(root + "/auth/v1/settings").body()).contains("<Code>AccessDenied</Code>");
    assertThat(Http.get(server.url() + "/health").statusCode()).isEqualTo(200);
  }

  @Test
  void aClientThatWaitsBeforeAnEmptyBodyIsToldToContinue() throws IOException {
    try (var socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort())) {
      socket.setSoTimeout(5000);
      for (int i = 0; i < 2; i++) {
        socket
            .getOutputStream()
            .write(
                ("PUT /storage/v1/object/"
                        + bucket
                        + "/empty HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + http.service()
                        + "\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        assertThat(in.readLine()).startsWith("HTTP/1.1 100");
        assertThat(in.readLine()).isEmpty();
        assertThat(in.readLine()).startsWith("HTTP/1.1 200");
        int length = 0;
        for (var line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
          if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
            length = Integer.parseInt(line.substring(15).strip());
          }
        }
        assertThat(in.skip(length)).isEqualTo(length);
      }
    }
  }

  @Test
  void checksumsOfABodyAreHeldAndToldForEachAlgorithm() {
    var path = "/" + bucket + "/sum";
    // of "123456789"
    var sums =
        Map.of(
            "crc32", "y/Q5Jg==",
            "crc32c", "4waSgw==",
            "crc64nvme", "rosUhgp5mIg=",
            "sha1", sha("SHA-1"),
            "sha256", sha("SHA-256"));
    sums.forEach(
        (name, sum) -> {
          var header = "x-amz-checksum-" + name;
          var right = signer(endpoint()).signed("PUT", path, "123456789", header, sum).send();
          assertThat(right.statusCode()).as(name + right.body()).isEqualTo(200);
          assertThat(right.headers().firstValue(header)).as(name).contains(sum);
          var wrong = signer(endpoint()).signed("PUT", path, "123456780", header, sum).send();
          assertThat(wrong.statusCode()).as(name).isEqualTo(400);
        });
  }

  private static String sha(String algorithm) {
    return Base64.getEncoder()
        .encodeToString(
            io.stabbur.storage.backend.Digests.of(algorithm)
                .digest("123456789".getBytes(StandardCharsets.US_ASCII)));
  }

  private static String endpoint() {
    return server.url() + "/storage/v1/s3";
  }

  private String begin(String key) {
    var begun = signer(endpoint()).signed("POST", "/" + bucket + key + "?uploads", "").send();
    return begun.body().replaceAll("(?s).*<UploadId>([^<]+)</UploadId>.*", "$1");
  }

  private HttpResponse<String> complete(String key, String id, String... headers) {
    var part =
        signer(endpoint())
            .signed("PUT", "/" + bucket + key + "?partNumber=1&uploadId=" + id, "123456789")
            .send();
    assertThat(part.statusCode()).as(part.body()).isEqualTo(200);
    var etag = part.headers().firstValue("etag").orElseThrow();
    var xml =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>"
            .formatted(etag);
    return signer(endpoint())
        .signed("POST", "/" + bucket + key + "?uploadId=" + id, xml, headers)
        .send();
  }

  @Test
  void aChecksumGivenAtTheCompletionIsThatOfTheJoinedObject() {
    var name = "x-amz-checksum-crc64nvme";
    var whole = complete("/whole", begin("/whole"), name, "rosUhgp5mIg=");
    assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
    assertThat(signer(endpoint()).signed("GET", "/" + bucket + "/whole", "").send().body())
        .isEqualTo("123456789");
    var wrong = complete("/wrong", begin("/wrong"), name, "rosUhgp5mIk=");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("InvalidChecksum");
    assertThat(signer(endpoint()).signed("GET", "/" + bucket + "/wrong", "").send().statusCode())
        .isEqualTo(404);
    var ofParts = complete("/parts", begin("/parts"), "x-amz-checksum-crc32", "0DGyDA==-1");
    assertThat(ofParts.statusCode()).isEqualTo(400);
  }

  @Test
  void aBucketWithAnUnendedUploadSaysWhich() {
    var id = begin("/half%20done");
    var refused = signer(endpoint()).signed("DELETE", "/" + bucket, "").send();
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("BucketNotEmpty", "half done", id);
    var rest = http.delete("/bucket/" + bucket, http.service());
    assertThat(rest.field("statusCode")).isEqualTo("409");
    assertThat(rest.field("code")).isEqualTo("ResourceReferenced");
    assertThat(rest.field("message")).contains("half done");
  }

  @Test
  void bucketsTellTheirRegionAndKeepNoVersions() {
    var head = signer(endpoint()).signed("HEAD", "/" + bucket, "").send();
    assertThat(head.headers().firstValue("x-amz-bucket-region")).contains("us-east-1");
    assertThat(signer(endpoint()).signed("GET", "/" + bucket + "?versioning", "").send().body())
        .contains("<VersioningConfiguration")
        .doesNotContain("Status");
  }

  @Test
  void aClientThatKnowsNoRegionIsToldWhich() {
    var refused = signer(endpoint()).inScope("US/s3").signed("GET", "/" + bucket, "").send();
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("<Code>AuthorizationHeaderMalformed</Code>", "<Region>us-east-1</Region>");
    var head = signer(endpoint()).inScope("US/s3").signed("HEAD", "/" + bucket, "").send();
    assertThat(head.headers().firstValue("x-amz-bucket-region")).contains("us-east-1");
  }

  @Test
  void callsAreLoggedUnderTheirOwnCaller() {
    var user = http.user(UUID.randomUUID());
    var keys = http.project().keys();
    var session = AwsSessionCredentials.create("default", keys.anonKey().reveal(), user);
    assertThat(logged(() -> signer(endpoint()).signed("GET", "/", "").send()))
        .contains("role=service_role");
    assertThat(
            logged(
                () ->
                    new S3Signer(session, endpoint(), "us-east-1/s3")
                        .signed("GET", "/", "")
                        .send()))
        .contains("role=authenticated");
    assertThat(logged(() -> Http.get(endpoint() + "/"))).contains("role=anon");
  }

  private static String logged(Runnable call) {
    var logger = (Logger) LoggerFactory.getLogger("access");
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    logger.addAppender(lines);
    try {
      call.run();
    } finally {
      logger.detachAppender(lines);
    }
    return lines.list.getLast().getFormattedMessage();
  }
}
