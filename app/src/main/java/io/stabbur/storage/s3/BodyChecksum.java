package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A checksum a client announced for its body, computed as the body passes. Given in a header it
/// must hold at the end of the body, announced as a trailer it must come and hold.
final class BodyChecksum {
  private static final String PREFIX = "x-amz-checksum-";
  private final ChecksumAlgorithm algorithm;
  private final @Nullable String expected;
  private final ChecksumAlgorithm.Running running;
  private @Nullable String held;

  private BodyChecksum(ChecksumAlgorithm algorithm, @Nullable String expected) {
    this.algorithm = algorithm;
    this.expected = expected;
    this.running = algorithm.start();
  }

  static Optional<BodyChecksum> of(HttpHeaders headers) {
    if (headers.contains("x-amz-trailer")) {
      return ofTrailer(headers);
    }
    return Arrays.stream(ChecksumAlgorithm.values())
        .filter(each -> headers.contains(each.header()))
        .findFirst()
        .map(each -> new BodyChecksum(each, headers.get(each.header())));
  }

  /// The one that follows the body; headers may speak of something else.
  static Optional<BodyChecksum> ofTrailer(HttpHeaders headers) {
    return Optional.ofNullable(headers.get("x-amz-trailer"))
        .map(trailer -> trailer.strip().toLowerCase(Locale.ROOT))
        .filter(trailer -> trailer.startsWith(PREFIX))
        .flatMap(trailer -> ChecksumAlgorithm.named(trailer.substring(PREFIX.length())))
        .map(each -> new BodyChecksum(each, null));
  }

  void update(byte[] bytes, int at, int count) {
    running.update(bytes, at, count);
  }

  /// At the end of a body whose checksum stood in a header.
  void require() {
    if (expected != null) {
      require(expected);
    }
  }

  /// At the end of a body whose checksum stands in its trailer.
  void require(Map<String, String> trailers) {
    var given = trailers.get(algorithm.header());
    if (given == null) {
      throw new ApiException(
          new StorageError.InvalidChecksum("The trailer lacks " + algorithm.header()));
    }
    require(given);
  }

  private void require(String given) {
    var computed = Base64.getEncoder().encodeToString(running.result());
    if (!computed.equals(given)) {
      throw mismatch(algorithm);
    }
    held = computed;
  }

  static ApiException mismatch(ChecksumAlgorithm algorithm) {
    return new ApiException(
        new StorageError.InvalidChecksum(
            "The " + algorithm.name() + " you specified did not match the calculated checksum"));
  }

  /// Tells the client the checksum that was found to hold.
  void tell(MutableHttpResponse<?> response) {
    if (held != null) {
      response.header(algorithm.header(), held);
    }
  }
}
