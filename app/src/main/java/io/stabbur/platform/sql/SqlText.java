package io.stabbur.platform.sql;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CompileTimeConstant;
import java.util.ArrayList;
import java.util.List;
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

  /// Another piece with its values.
  @CanIgnoreReturnValue
  public SqlText append(SqlText other) {
    text.append(other.text);
    values.addAll(other.values);
    return this;
  }

  public Statement statement() {
    return new Statement(text.toString(), new ArrayList<>(values));
  }

  /// An identifier in double quotes, its own doubled; NUL cannot occur in one.
  public static String quote(String identifier) {
    if (identifier.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an identifier cannot hold NUL");
    }
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
