package io.stabbur.data.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One item of `select`.
public sealed interface SelectItem {

  /// A column, or an aggregate over it.
  record Column(
      Field field,
      @Nullable String cast,
      @Nullable Aggregate aggregate,
      @Nullable String aggregateCast,
      @Nullable String alias)
      implements SelectItem {
    public static final Column STAR = new Column(Field.STAR, null, null, null, null);
  }

  /// A related relation, as a nested value.
  record Embed(
      String relation,
      @Nullable String alias,
      @Nullable String hint,
      Join join,
      List<SelectItem> items)
      implements SelectItem {}

  /// A related relation, its columns lifted into the row it belongs to.
  record Spread(String relation, @Nullable String hint, Join join, List<SelectItem> items)
      implements SelectItem {}

  /// Whether rows without a match stay.
  enum Join {
    UNSPECIFIED,
    LEFT,
    INNER
  }

  /// The aggregates a client may ask for.
  enum Aggregate {
    SUM,
    AVG,
    COUNT,
    MAX,
    MIN
  }
}
