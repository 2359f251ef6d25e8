package io.stabbur.storage.bucket;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Coerced;
import io.stabbur.storage.StorageError;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sizes as buckets state them: a number of bytes, or text such as `20MB` in decimal units.
public final class ByteSize {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(GB|MB|KB|B)");

  private ByteSize() {}

  /// The limit in bytes; null means no limit of its own.
  public static @Nullable Long of(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    var number = Coerced.number(node);
    return number.isPresent()
        ? whole(number.get())
        : parse(Coerced.text(node).orElseThrow(ByteSize::invalid));
  }

  static Long parse(String text) {
    var match = TEXT.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (text.matches("\\d{1,18}")) {
      return Long.valueOf(text);
    }
    if (!match.matches()) {
      throw invalid();
    }
    var unit =
        switch (match.group(2)) {
          case "GB" -> 1_000_000_000L;
          case "MB" -> 1_000_000L;
          case "KB" -> 1_000L;
          default -> 1L;
        };
    return whole(new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit)));
  }

  private static Long whole(BigDecimal bytes) {
    try {
      if (bytes.signum() >= 0) {
        return bytes.longValueExact();
      }
    } catch (ArithmeticException e) {
      // too large, or a part of a byte
    }
    throw invalid();
  }

  private static ApiException invalid() {
    return new ApiException(
        new StorageError.InvalidRequest(
            "Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B"));
  }
}
