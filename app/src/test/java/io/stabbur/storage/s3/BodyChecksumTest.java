package io.stabbur.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A checksum that a client announced: found in its headers, computed as the body passes, and held
/// to what was said. The JDK's own checksums are the oracle.
class BodyChecksumTest {
  private static final byte[] BODY = "123456789".getBytes(StandardCharsets.US_ASCII);

  private static HttpHeaders headers(String... pairs) {
    var request = HttpRequest.PUT("/", "");
    for (int i = 0; i < pairs.length; i += 2) {
      request.header(pairs[i], pairs[i + 1]);
    }
    return request.getHeaders();
  }

  private static String oracle(ChecksumAlgorithm algorithm, byte[] bytes)
      throws GeneralSecurityException {
    var value =
        switch (algorithm) {
          case CRC32 -> {
            var crc = new CRC32();
            crc.update(bytes);
            yield ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
          }
          case CRC32C -> {
            var crc = new CRC32C();
            crc.update(bytes);
            yield ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
          }
          case SHA1 -> MessageDigest.getInstance("SHA-1").digest(bytes);
          case SHA256 -> MessageDigest.getInstance("SHA-256").digest(bytes);
          case CRC64NVME -> throw new IllegalStateException("the JDK has none");
        };
    return Base64.getEncoder().encodeToString(value);
  }

  private static String running(ChecksumAlgorithm algorithm, byte[] bytes, int piece) {
    var running = algorithm.start();
    for (int at = 0; at < bytes.length; at += piece) {
      running.update(bytes, at, Math.min(piece, bytes.length - at));
    }
    return Base64.getEncoder().encodeToString(running.result());
  }

  /// The check values of the catalogue of CRCs, and of FIPS 180.
  @ParameterizedTest
  @CsvSource({
    "CRC32, cbf43926",
    "CRC32C, e3069283",
    "CRC64NVME, ae8b14860a799888",
    "SHA1, f7c3bc1d808e04732adf679965ccc34ca7ae3441",
    "SHA256, 15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
  })
  void theUsualCheckValueComesOut(ChecksumAlgorithm algorithm, String hex) {
    assertThat(running(algorithm, BODY, 2))
        .isEqualTo(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)));
  }

  @ParameterizedTest
  @EnumSource(value = ChecksumAlgorithm.class, names = "CRC64NVME", mode = EnumSource.Mode.EXCLUDE)
  void aBodyOfAnyLengthInAnyPiecesHasTheChecksumOfTheJdk(ChecksumAlgorithm algorithm)
      throws GeneralSecurityException {
    var random = new Random(7);
    for (int length : new int[] {0, 1, 63, 64, 65, 1000, 70_000}) {
      var bytes = new byte[length];
      random.nextBytes(bytes);
      for (int piece : new int[] {1 + length, 1 + length / 3, 7}) {
        assertThat(running(algorithm, bytes, piece))
            .as("%d bytes by %d", length, piece)
            .isEqualTo(oracle(algorithm, bytes));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void aChecksumInAHeaderMustHold(ChecksumAlgorithm algorithm) {
    var right = running(algorithm, BODY, 9);
    var checksum = BodyChecksum.of(headers(algorithm.header(), right)).orElseThrow();
    checksum.update(BODY, 0, BODY.length);

    assertThatCode(checksum::require).doesNotThrowAnyException();
    var response = HttpResponse.ok();
    checksum.tell(response);
    assertThat(response.getHeaders().get(algorithm.header())).isEqualTo(right);
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void aChecksumOfAnotherBodyIsRefused(ChecksumAlgorithm algorithm) {
    var other = running(algorithm, Arrays.copyOf(BODY, 8), 9);
    var checksum = BodyChecksum.of(headers(algorithm.header(), other)).orElseThrow();
    checksum.update(BODY, 0, BODY.length);

    refused(
        checksum::require,
        "The " + algorithm.name() + " you specified did not match the calculated checksum");
    var response = HttpResponse.ok();
    checksum.tell(response);
    assertThat(response.getHeaders().names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "yyy=", "y/Q5Jg", "y_Q5Jg==", "CBF43926"})
  void aChecksumInAnotherSpellingIsRefused(String given) {
    var checksum = BodyChecksum.of(headers("x-amz-checksum-crc32", given)).orElseThrow();
    checksum.update(BODY, 0, BODY.length);

    refused(checksum::require, "The CRC32 you specified did not match the calculated checksum");
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-checksum-sha256, true",
    "X-Amz-Checksum-CRC64NVME, true",
    "x-amz-checksum-md5, false",
    "x-amz-checksum-algorithm, false",
    "x-amz-sdk-checksum-algorithm, false",
    "content-md5, false"
  })
  void onlyKnownChecksumsAreLookedFor(String header, boolean isFound) {
    assertThat(BodyChecksum.of(headers(header, "CRC32")).isPresent()).isEqualTo(isFound);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-amz-checksum-crc32", "X-Amz-Checksum-Crc32", "X-AMZ-CHECKSUM-CRC32"})
  void anAnnouncedTrailerMustComeAndHold(String announced) {
    var checksum = BodyChecksum.of(headers("x-amz-trailer", announced)).orElseThrow();
    checksum.update(BODY, 0, BODY.length);

    assertThatCode(checksum::require).as("nothing stands in a header").doesNotThrowAnyException();
    assertThatCode(() -> checksum.require(Map.of("x-amz-checksum-crc32", "y/Q5Jg==")))
        .doesNotThrowAnyException();
  }

  @Test
  void aTrailerThatLacksTheChecksumIsRefused() {
    var checksum = BodyChecksum.of(headers("x-amz-trailer", "x-amz-checksum-crc32")).orElseThrow();
    checksum.update(BODY, 0, BODY.length);

    refused(() -> checksum.require(Map.of()), "The trailer lacks x-amz-checksum-crc32");
    refused(
        () -> checksum.require(Map.of("x-amz-checksum-sha1", "x")),
        "The trailer lacks x-amz-checksum-crc32");
    refused(
        () -> checksum.require(Map.of("x-amz-checksum-crc32", "AAAAAA==")),
        "The CRC32 you specified did not match the calculated checksum");
  }

  /// A header beside an announced trailer cannot take its place.
  @Test
  void theTrailerWinsOverAHeader() {
    var checksum =
        BodyChecksum.of(
                headers("x-amz-trailer", "x-amz-checksum-crc32", "x-amz-checksum-sha1", "x"))
            .orElseThrow();
    checksum.update(BODY, 0, BODY.length);

    assertThatCode(() -> checksum.require(Map.of("x-amz-checksum-crc32", "y/Q5Jg==")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-amz-meta-a", "x-amz-checksum-", "x-amz-checksum-md5", "crc32", ""})
  void anotherTrailerIsNoChecksum(String announced) {
    assertThat(BodyChecksum.of(headers("x-amz-trailer", announced))).isEmpty();
    assertThat(BodyChecksum.ofTrailer(headers("x-amz-checksum-crc32", "y/Q5Jg=="))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void aNameIsKnownInAnyCase(ChecksumAlgorithm algorithm) {
    assertThat(ChecksumAlgorithm.named(algorithm.name().toLowerCase(Locale.ROOT)))
        .contains(algorithm);
    assertThat(ChecksumAlgorithm.named(algorithm.name() + " ")).isEmpty();
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.error()).isEqualTo(new StorageError.InvalidChecksum(message)));
  }
}
