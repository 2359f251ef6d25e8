package io.stabbur.operations.statement;

import io.stabbur.platform.sql.SqlText;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Which rows of a table are shown: those in whose column stands what is looked for.
///
/// @param column empty for all rows
/// @param value what it is compared with; nothing where the test needs no value
public record RowFilter(String column, Test test, String value) {
  /// The filter that lets every row through.
  public static final RowFilter NONE = new RowFilter("", Test.IS, "");

  /// Most characters of a value.
  public static final int LONGEST = 1_000;

  /// How a column is compared with a value.
  public enum Test {
    IS,
    IS_NOT,
    CONTAINS,
    AT_LEAST,
    AT_MOST,
    IS_NULL,
    IS_NOT_NULL;

    /// As addresses have it, such as `at-least`.
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The test of a word; empty where there is none.
    public static Optional<Test> of(String word) {
      return Stream.of(values()).filter(each -> each.word().equals(word)).findFirst();
    }
  }

  public boolean isNone() {
    return column.isEmpty();
  }

  /// Such as ` where "role" = 'peer'`; empty for all rows. Postgres reads the value as the type of
  /// the column.
  SqlText condition() {
    var text = new SqlText();
    if (isNone()) {
      return text;
    }
    text.add(" where ").name(column);
    return switch (test) {
      case IS -> text.add(" = ").literal(value);
      case IS_NOT -> text.add(" is distinct from ").literal(value);
      case CONTAINS ->
          text.add("::text ilike ").literal("%" + value.replaceAll("([\\\\%_])", "\\\\$1") + "%");
      case AT_LEAST -> text.add(" >= ").literal(value);
      case AT_MOST -> text.add(" <= ").literal(value);
      case IS_NULL -> text.add(" is null");
      case IS_NOT_NULL -> text.add(" is not null");
    };
  }
}
