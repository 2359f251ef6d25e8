package io.stabbur.data.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a filter does with its field; values are still the text the client sent.
public sealed interface Operation {
  record Compare(Comparison comparison, Quantifier quantifier, String value) implements Operation {}

  record Relate(Relation relation, String value) implements Operation {}

  record In(List<String> values) implements Operation {}

  record Is(Truth truth) implements Operation {}

  record DistinctFrom(String value) implements Operation {}

  record Search(SearchForm form, @Nullable String language, String value) implements Operation {}

  /// Operators that also exist as `(any)` and `(all)`.
  enum Comparison {
    EQ,
    GTE,
    GT,
    LTE,
    LT,
    LIKE,
    ILIKE,
    MATCH,
    IMATCH
  }

  enum Quantifier {
    ONE,
    ANY,
    ALL
  }

  enum Relation {
    NEQ,
    CONTAINS,
    CONTAINED,
    OVERLAPS,
    LEFT_OF,
    RIGHT_OF,
    NOT_RIGHT_OF,
    NOT_LEFT_OF,
    ADJACENT
  }

  enum Truth {
    NULL,
    NOT_NULL,
    TRUE,
    FALSE,
    UNKNOWN
  }

  enum SearchForm {
    PLAIN_QUERY,
    WORDS,
    PHRASE,
    WEB
  }
}
