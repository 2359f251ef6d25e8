package io.stabbur.platform.sql;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CompileTimeConstant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Dynamic SQL: constants are added, names are quoted, values are bound. There is no way to add
/// input as text; the compiler refuses a concatenation.
public final class SqlText {
  private final StringBuilder text = new StringBuilder();
  private final List<@Nullable Object> values = new ArrayList<>();

  /// SQL that is written in our source.
  @CanIgnoreReturnValue
  public SqlText add(@CompileTimeConstant String sql) {
    text.append(sql);
    return this;
  }

  /// An identifier, always quoted.
  @CanIgnoreReturnValue
  public SqlText name(String identifier) {
    text.append(quote(identifier));
    return this;
  }

  /// A bound value.
  @CanIgnoreReturnValue
  public SqlText value(@Nullable Object value) {
    text.append('?');
    values.add(value);
    return this;
  }

  /// A text constant. For words that shape a statement, such as the keys of a JSON path; what a
  /// statement is asked about is bound with [#value].
  @CanIgnoreReturnValue
  public SqlText literal(String constant) {
    text.append(quoteLiteral(constant));
    return this;
  }

  /// SQL that Postgres itself printed: a type by `format_type`, an expression by `pg_get_expr`.
  @CanIgnoreReturnValue
  public SqlText printed(String sql) {
    text.append(sql.indexOf('?') < 0 ? sql : escapeOperators(sql));
    return this;
  }

  /// A type as a client writes it: words of letters, digits, `_` and `$`.
  @CanIgnoreReturnValue
  public SqlText typeWords(String words) {
    if (!words.codePoints().allMatch(SqlText::isWordPart)) {
      throw new IllegalArgumentException("not the name of a type");
    }
    var lower = words.toLowerCase(Locale.ROOT);
    text.append(GRAMMAR_TYPES.contains(lower) ? lower : quote(lower));
    return this;
  }

  /// Types that Postgres knows by words of its grammar, not by a name that could be quoted.
  private static final Set<String> GRAMMAR_TYPES =
      Set.of(
          "int",
          "integer",
          "smallint",
          "bigint",
          "real",
          "float",
          "double precision",
          "decimal",
          "dec",
          "numeric",
          "boolean",
          "bit",
          "bit varying",
          "char",
          "character",
          "nchar",
          "varchar",
          "character varying",
          "interval",
          "time",
          "time with time zone",
          "time without time zone",
          "timestamp",
          "timestamp with time zone",
          "timestamp without time zone");

  /// Another piece with its values.
  @CanIgnoreReturnValue
  public SqlText append(SqlText other) {
    text.append(other.text);
    values.addAll(other.values);
    return this;
  }

  /// A statement of our own with its values, in parentheses.
  @CanIgnoreReturnValue
  public SqlText query(Statement statement) {
    // on a line of its own: the text may end in a comment
    text.append('(').append(statement.sql()).append("\n)");
    values.addAll(statement.values());
    return this;
  }

  public Statement statement() {
    return new Statement(text.toString(), new ArrayList<>(values));
  }

  private static boolean isWordPart(int c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == ' ';
  }

  /// A constant with a backslash says that it is doubled, so that it means the same whatever the
  /// database holds of `standard_conforming_strings`.
  private static String quoteLiteral(String constant) {
    if (constant.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a text cannot hold NUL");
    }
    var quoted = '\'' + constant.replace("'", "''") + '\'';
    return constant.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
  }

  /// Outside quotes a question mark is an operator, which the driver wants doubled.
  private static String escapeOperators(String sql) {
    var escaped = new StringBuilder(sql.length() + 4);
    char quote = 0;
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      escaped.append(c);
      if (c == '?' && quote == 0) {
        escaped.append('?');
      }
    }
    return escaped.toString();
  }

  /// An identifier in double quotes, its own doubled; NUL cannot occur in one.
  public static String quote(String identifier) {
    if (identifier.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an identifier cannot hold NUL");
    }
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
