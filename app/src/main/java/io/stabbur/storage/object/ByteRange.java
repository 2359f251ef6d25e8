package io.stabbur.storage.object;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.backend.Span;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The `Range` header (RFC 9110, section 14): one range of bytes. Other units, several ranges and
/// text that is no range are ignored, as the standard allows; a range outside the object is
/// refused.
public final class ByteRange {
  private static final Pattern ONE = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

  private ByteRange() {}

  public static Optional<Span> of(@Nullable String header, long size) {
    if (header == null) {
      return Optional.empty();
    }
    var match = ONE.matcher(header);
    if (!match.matches() || (match.group(1).isEmpty() && match.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (match.group(1).isEmpty()) {
      return Optional.of(suffix(Long.parseLong(match.group(2)), size));
    }
    long from = Long.parseLong(match.group(1));
    long last =
        match.group(2).isEmpty() ? size - 1 : Math.min(Long.parseLong(match.group(2)), size - 1);
    if (!match.group(2).isEmpty() && Long.parseLong(match.group(2)) < from) {
      return Optional.empty();
    }
    if (from >= size) {
      throw new ApiException(new StorageError.InvalidRange(size));
    }
    return Optional.of(new Span(from, last - from + 1));
  }

  private static Span suffix(long length, long size) {
    if (length == 0 || size == 0) {
      throw new ApiException(new StorageError.InvalidRange(size));
    }
    long taken = Math.min(length, size);
    return new Span(size - taken, taken);
  }
}
