package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/// A checksum a client announced for its body, computed as the body passes. Given in a header it
/// must hold at the end of the body, announced as a trailer it must come and hold.
final class BodyChecksum {
  private static final String PREFIX = "x-amz-checksum-";
  private static final Map<String, ChecksumAlgorithm> KNOWN =
      Map.of(
          "crc32", DefaultChecksumAlgorithm.CRC32,
          "crc32c", DefaultChecksumAlgorithm.CRC32C,
          "crc64nvme", DefaultChecksumAlgorithm.CRC64NVME,
          "sha1", DefaultChecksumAlgorithm.SHA1,
          "sha256", DefaultChecksumAlgorithm.SHA256);
  private final String name;
  private final @Nullable String expected;
  private final SdkChecksum checksum;

  private BodyChecksum(String name, @Nullable String expected) {
    this.name = name;
    this.expected = expected;
    this.checksum = SdkChecksum.forAlgorithm(KNOWN.get(name));
  }

  static Optional<BodyChecksum> of(HttpHeaders headers) {
    var trailer = headers.get("x-amz-trailer");
    if (trailer != null) {
      var name = trailer.strip().toLowerCase(Locale.ROOT);
      return name.startsWith(PREFIX) && KNOWN.containsKey(name.substring(PREFIX.length()))
          ? Optional.of(new BodyChecksum(name.substring(PREFIX.length()), null))
          : Optional.empty();
    }
    return KNOWN.keySet().stream()
        .filter(name -> headers.contains(PREFIX + name))
        .findFirst()
        .map(name -> new BodyChecksum(name, headers.get(PREFIX + name)));
  }

  void update(byte[] bytes, int at, int count) {
    checksum.update(bytes, at, count);
  }

  /// At the end of a body whose checksum stood in a header.
  void require() {
    if (expected != null) {
      require(expected);
    }
  }

  /// At the end of a body whose checksum stands in its trailer.
  void require(Map<String, String> trailers) {
    var given = trailers.get(PREFIX + name);
    if (given == null) {
      throw new ApiException(
          new StorageError.InvalidChecksum("The trailer lacks " + PREFIX + name));
    }
    require(given);
  }

  private void require(String given) {
    if (!Base64.getEncoder().encodeToString(checksum.getChecksumBytes()).equals(given)) {
      throw new ApiException(
          new StorageError.InvalidChecksum(
              "The " + name + " you specified did not match the body"));
    }
  }
}
