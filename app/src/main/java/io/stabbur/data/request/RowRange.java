package io.stabbur.data.request;

import org.jspecify.annotations.Nullable;

/// Which rows of a level are wanted. A missing limit means all.
public record RowRange(long offset, @Nullable Long limit) {
  public static final RowRange ALL = new RowRange(0, null);
  public static final RowRange NONE = new RowRange(0, 0L);

  public boolean isAll() {
    return offset == 0 && limit == null;
  }

  public boolean wantsNothing() {
    return limit != null && limit == 0;
  }

  /// This range with at most `most` rows.
  public RowRange cappedAt(@Nullable Integer most) {
    if (most == null || (limit != null && limit <= most)) {
      return this;
    }
    return new RowRange(offset, most.longValue());
  }

  /// The rows in both ranges, counted from the first row of all.
  public RowRange intersect(RowRange other) {
    var start = Math.max(offset, other.offset);
    var end = Math.min(end(), other.end());
    return new RowRange(start, end == Long.MAX_VALUE ? null : Long.valueOf(end - start));
  }

  private long end() {
    if (limit == null) {
      return Long.MAX_VALUE;
    }
    var end = offset + limit;
    return end < 0 && offset >= 0 && limit >= 0 ? Long.MAX_VALUE : end;
  }
}
