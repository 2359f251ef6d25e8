package io.stabbur.data.request;

/// One term of `order`.
public sealed interface OrderTerm {
  Direction direction();

  Nulls nulls();

  record ByField(Field field, Direction direction, Nulls nulls) implements OrderTerm {}

  record ByEmbed(String relation, Field field, Direction direction, Nulls nulls)
      implements OrderTerm {}

  enum Direction {
    UNSPECIFIED,
    ASC,
    DESC
  }

  enum Nulls {
    UNSPECIFIED,
    FIRST,
    LAST
  }
}
