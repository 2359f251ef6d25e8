package io.stabbur.platform.db;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A position in a server's write-ahead log, a `pg_lsn`: what was written before it is on every
/// server that has replayed the log up to it.
///
/// @param value an unsigned number of bytes
public record WalPosition(long value) implements Comparable<WalPosition> {
  public static final WalPosition START = new WalPosition(0);
  private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

  /// As Postgres writes it, such as `16/B374D848`; empty for any other text.
  public static Optional<WalPosition> parse(@Nullable String text) {
    var parts = FORM.matcher(text == null ? "" : text.strip());
    return parts.matches()
        ? Optional.of(
            new WalPosition(
                Long.parseLong(parts.group(1), 16) << 32 | Long.parseLong(parts.group(2), 16)))
        : Optional.empty();
  }

  /// The later of two.
  public static WalPosition later(WalPosition one, WalPosition other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  public boolean isAfter(WalPosition other) {
    return compareTo(other) > 0;
  }

  /// How many bytes of the log lie between an earlier position and this one; 0 for a later one.
  public long bytesSince(WalPosition earlier) {
    return isAfter(earlier) ? value - earlier.value : 0;
  }

  @Override
  public int compareTo(WalPosition other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return "%X/%X".formatted(value >>> 32, value & 0xFFFF_FFFFL);
  }
}
