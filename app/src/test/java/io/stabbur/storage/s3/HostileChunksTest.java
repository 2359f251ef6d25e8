package io.stabbur.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Bodies in chunks that are not what their signatures, sizes and trailers say: none is stored.
class HostileChunksTest {
  private static final String SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  private static final String TRAILED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  private static final String EMPTY = Crypto.sha256Hex("");
  private final TestServer server = TestServer.shared();
  private final String bucket = "c-" + UUID.randomUUID();

  @BeforeEach
  void makeBucket() {
    var key = server.project().keys().serviceRoleKey().reveal();
    assertThat(
            Http.post(
                    server.url() + "/storage/v1/bucket",
                    "{\"name\":\"" + bucket + "\"}",
                    "Authorization",
                    "Bearer " + key,
                    "Content-Type",
                    "application/json")
                .statusCode())
        .isEqualTo(200);
  }

  private long stored() {
    return server
        .project()
        .admin()
        .exchange(
            Actor.of("supabase_storage_admin"),
            Access.READ,
            Statement.of("select count(*) from storage.objects where bucket_id = ?", bucket),
            rows -> rows.next() ? rows.getLong(1) : -1L);
  }

  /// One request, signed as a client with the project's key signs it.
  private final class Signer {
    private final String date =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .format(Instant.now().atOffset(ZoneOffset.UTC));
    private final String scope = date.substring(0, 8) + "/us-east-1/s3/aws4_request";
    private final SigningKey key =
        SigningKey.derive(
            server.project().keys().s3SecretAccessKey(), CredentialScope.parse(scope));
    private final String payload;
    private final String length;
    private final String seed;
    private final String trailer;

    Signer(String payload, String length) {
      this.trailer = payload.equals(TRAILED) ? "x-amz-checksum-crc32" : "";
      this.payload = payload;
      this.length = length;
      var canonical =
          String.join(
              "\n",
              "PUT",
              "/storage/v1/s3/" + bucket + "/x",
              "",
              "host:" + URI.create(server.url()).getAuthority(),
              "x-amz-content-sha256:" + payload,
              "x-amz-date:" + date,
              "x-amz-decoded-content-length:" + length,
              (trailer.isEmpty() ? "" : "x-amz-trailer:" + trailer + '\n'),
              signedHeaders(),
              payload);
      this.seed = sign("AWS4-HMAC-SHA256", Crypto.sha256Hex(canonical));
    }

    private String signedHeaders() {
      return "host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length"
          + (trailer.isEmpty() ? "" : ";x-amz-trailer");
    }

    private String sign(String algorithm, String rest) {
      return key.sign(String.join("\n", algorithm, date, scope, rest));
    }

    /// A chunk signed after the one before.
    Chunk chunk(Chunk before, String text) {
      return new Chunk(
          text,
          sign(
              "AWS4-HMAC-SHA256-PAYLOAD",
              before.signature() + '\n' + EMPTY + '\n' + Crypto.sha256Hex(text)));
    }

    Chunk start() {
      return new Chunk("", seed);
    }

    String send(String body) {
      var id = server.project().keys().s3AccessKeyId().reveal();
      var headers =
          new java.util.ArrayList<>(
              java.util.List.of(
                  "x-amz-content-sha256",
                  payload,
                  "x-amz-date",
                  date,
                  "x-amz-decoded-content-length",
                  length,
                  "Authorization",
                  "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                      .formatted(id, scope, signedHeaders(), seed)));
      if (!trailer.isEmpty()) {
        headers.addAll(java.util.List.of("x-amz-trailer", trailer));
      }
      var answer =
          Http.send(
              "PUT",
              server.url() + "/storage/v1/s3/" + bucket + "/x",
              body,
              headers.toArray(String[]::new));
      return answer.statusCode() == 200
          ? "stored"
          : answer.statusCode() + " " + answer.body().replaceAll("(?s).*<Code>|</Code>.*", "");
    }
  }

  private record Chunk(String text, String signature) {
    String wire() {
      return Integer.toHexString(text.length())
          + ";chunk-signature="
          + signature
          + "\r\n"
          + text
          + "\r\n";
    }
  }

  private String signed(UnaryOperator<String> spoil) {
    var signer = new Signer(SIGNED, "10");
    var one = signer.chunk(signer.start(), "01234");
    var two = signer.chunk(one, "56789");
    var end = signer.chunk(two, "");
    return signer.send(spoil.apply(one.wire() + two.wire() + end.wire()));
  }

  @Test
  void chunksAreHeldToTheirSignaturesAndSizes() {
    assertThat(signed(body -> body)).isEqualTo("stored");
    assertThat(stored()).isEqualTo(1);
    var spoiled =
        java.util.List.<UnaryOperator<String>>of(
            body -> body.replace("56789", "56780"),
            body -> body.replaceFirst("chunk-signature=.", "chunk-signature=x"),
            body -> body.replaceFirst(";chunk-signature=[0-9a-f]+", ""),
            body -> swapped(body),
            body -> body.substring(0, body.lastIndexOf("0;chunk")),
            body -> body.substring(0, body.length() / 2),
            body -> body.replaceFirst("^5;", "4;"),
            body -> body.replaceFirst("^5;", "6;"),
            body -> body.replaceFirst("^5;", "-5;"),
            body -> body.replaceFirst("^5;", "ffffffffffffffffff;"),
            body -> body.replaceFirst("^5;", "7fffffffffffffff;"),
            body -> body.replaceFirst("^5;", "zz;"),
            body -> "5;" + "x".repeat(5000) + body,
            body -> body + "more",
            body -> "");
    int next = 0;
    for (var spoil : spoiled) {
      assertThat(signed(spoil))
          .as("spoiled " + next++)
          .matches("(400 IncompleteBody|403 SignatureDoesNotMatch|400 InvalidRequest)");
    }
    assertThat(stored()).isEqualTo(1);
  }

  private static String swapped(String body) {
    int second = body.indexOf("5;", 5);
    int end = body.lastIndexOf("0;chunk");
    return body.substring(second, end) + body.substring(0, second) + body.substring(end);
  }

  @Test
  void theDecodedLengthIsHeldToo() {
    for (var length : new String[] {"9", "11", "0", "9999999999"}) {
      var signer = new Signer(SIGNED, length);
      var one = signer.chunk(signer.start(), "0123456789");
      var end = signer.chunk(one, "");
      assertThat(signer.send(one.wire() + end.wire())).as(length).startsWith("4");
    }
    assertThat(stored()).isZero();
  }

  @Test
  void trailersMustComeAndHold() {
    var body = "5\r\n01234\r\n0\r\n";
    var crc = new CRC32();
    crc.update("01234".getBytes(StandardCharsets.US_ASCII));
    var sum =
        Base64.getEncoder()
            .encodeToString(java.nio.ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    for (var trailer :
        new String[] {
          "\r\n",
          "",
          "x-amz-checksum-crc32:AAAAAA==\r\n\r\n",
          "x-amz-checksum-crc32c:" + sum + "\r\n\r\n",
          "no colon\r\n\r\n",
          "a:b\r\n".repeat(10_000) + "\r\n"
        }) {
      assertThat(new Signer(TRAILED, "5").send(body + trailer))
          .as(trailer.substring(0, Math.min(30, trailer.length())))
          .startsWith("400");
    }
    assertThat(stored()).isZero();
    assertThat(new Signer(TRAILED, "5").send(body + "x-amz-checksum-crc32:" + sum + "\r\n\r\n"))
        .isEqualTo("stored");
  }
}
