package io.stabbur.data.sql;

import com.google.errorprone.annotations.CompileTimeConstant;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.Standing;
import io.stabbur.data.plan.ColumnRef;
import io.stabbur.data.request.JsonStep;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Untyped;
import java.util.List;
import java.util.function.BiConsumer;

/// Small pieces of SQL that all statements are made of.
final class Pieces {
  private Pieces() {}

  static SqlText name(SqlText sql, Name name) {
    if (!name.schema().isEmpty()) {
      sql.name(clean(name.schema())).add(".");
    }
    return sql.name(clean(name.name()));
  }

  /// A name as it came. One with the character NUL is refused in Postgres' words: cut off there, it
  /// would name another column than the one that was planned.
  static String clean(String name) {
    if (name.indexOf('\0') >= 0) {
      throw new DataError.Database(
              "22021",
              "invalid byte sequence for encoding \"UTF8\": 0x00",
              null,
              null,
              Standing.KNOWN)
          .exception();
    }
    return name;
  }

  static SqlText column(SqlText sql, Name qualifier, String column) {
    name(sql, qualifier).add(".");
    return column.equals("*") ? sql.add("*") : sql.name(clean(column));
  }

  /// A column with its JSON path.
  static SqlText reference(SqlText sql, Name qualifier, ColumnRef reference) {
    if (reference.path().isEmpty()) {
      return column(sql, qualifier, reference.name());
    }
    if (reference.isJson()) {
      column(sql, qualifier, reference.name());
    } else {
      sql.add("to_jsonb(");
      column(sql, qualifier, reference.name()).add(")");
    }
    for (var step : reference.path()) {
      step(sql, step);
    }
    return sql;
  }

  private static void step(SqlText sql, JsonStep step) {
    switch (step.arrow()) {
      case JSON -> sql.add("->");
      case TEXT -> sql.add("->>");
    }
    switch (step.target()) {
      case JsonStep.Target.Key(var key) -> sql.literal(clean(key));
      case JsonStep.Target.Index(var position) -> sql.value(position).add("::int");
    }
  }

  /// A bound value whose type follows from what it is compared with.
  static SqlText untyped(SqlText sql, String value) {
    return sql.value(new Untyped(value));
  }

  static <T> SqlText joined(
      SqlText sql,
      List<T> items,
      @CompileTimeConstant final String separator,
      BiConsumer<SqlText, T> each) {
    var first = true;
    for (var item : items) {
      if (!first) {
        sql.add(separator);
      }
      first = false;
      each.accept(sql, item);
    }
    return sql;
  }

  /// `{"a","b"}`.
  static String arrayLiteral(List<String> values) {
    var literal = new StringBuilder("{");
    for (var value : values) {
      if (literal.length() > 1) {
        literal.append(',');
      }
      literal.append('"');
      for (var i = 0; i < value.length() && value.charAt(i) != '\0'; i++) {
        var c = value.charAt(i);
        if (c == '"' || c == '\\') {
          literal.append('\\');
        }
        literal.append(c);
      }
      literal.append('"');
    }
    return literal.append('}').toString();
  }
}
