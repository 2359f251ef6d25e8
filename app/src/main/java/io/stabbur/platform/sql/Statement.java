package io.stabbur.platform.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// SQL with `?` for each value, and the values in that order. Values are strings, numbers,
/// booleans, UUIDs, OffsetDateTimes, byte arrays, String arrays, [Jsonb], or null (bound as text).
public record Statement(String sql, List<@Nullable Object> values) {
  /// A statement without values.
  public static Statement of(String sql, @Nullable Object... values) {
    return new Statement(sql, java.util.Arrays.asList(values));
  }
}
