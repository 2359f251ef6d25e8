package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.stabbur.storage.backend.Part;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// The checksum a client gives for an object that is joined from parts: of all its bytes, or, with
/// the number of parts behind it (`…-3`), of the parts' checksums.
record JoinedChecksum(ChecksumAlgorithm algorithm, String expected) {
  private static final int CHUNK = 128 * 1024;

  static Optional<JoinedChecksum> of(HttpHeaders headers) {
    return Arrays.stream(ChecksumAlgorithm.values())
        .filter(each -> headers.contains(each.header()))
        .findFirst()
        .map(each -> new JoinedChecksum(each, String.valueOf(headers.get(each.header()))));
  }

  /// Reads the joined bytes, and refuses them where they are not those that were announced.
  void require(InputStream bytes, List<Part> parts) throws IOException {
    var whole = algorithm.start();
    var ofParts = algorithm.start();
    var buffer = new byte[CHUNK];
    for (var part : parts) {
      var running = algorithm.start();
      for (long left = part.size(); left > 0; ) {
        int count = bytes.read(buffer, 0, (int) Math.min(left, CHUNK));
        if (count < 0) {
          throw BodyChecksum.mismatch(algorithm);
        }
        whole.update(buffer, 0, count);
        running.update(buffer, 0, count);
        left -= count;
      }
      var result = running.result();
      ofParts.update(result, 0, result.length);
    }
    var computed =
        expected.indexOf('-') < 0
            ? text(whole.result())
            : text(ofParts.result()) + '-' + parts.size();
    if (!computed.equals(expected)) {
      throw BodyChecksum.mismatch(algorithm);
    }
  }

  private static String text(byte[] checksum) {
    return Base64.getEncoder().encodeToString(checksum);
  }
}
