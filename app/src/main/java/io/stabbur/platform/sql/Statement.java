package io.stabbur.platform.sql;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// SQL with `?` for each value, and the values in that order. Values are strings, numbers,
/// booleans, UUIDs, OffsetDateTimes, byte arrays, String arrays of one or two dimensions, [Jsonb],
/// or null (bound as text).
public record Statement(String sql, List<@Nullable Object> values) {
  /// A statement without values.
  public static Statement of(String sql, @Nullable Object... values) {
    return new Statement(sql, Arrays.asList(values));
  }

  /// The text as `PREPARE` takes it: `$5`, `$6`, … in the places of its values when `first` is 5.
  public String numbered(int first) {
    var text = new StringBuilder(sql.length() + 2 * values.size());
    int number = first;
    char quote = 0;
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '?') {
        if (i + 1 == sql.length() || sql.charAt(i + 1) != '?') {
          text.append('$').append(number++);
          continue;
        }
        i++; // the driver's way to write the operator
      }
      text.append(c);
    }
    return text.toString();
  }

  /// The values as literals of Postgres without their quotes, in their order.
  public List<@Nullable String> texts() {
    var texts = new ArrayList<@Nullable String>(values.size());
    values.forEach(value -> texts.add(text(value)));
    return texts;
  }

  private static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case OffsetDateTime time when time.equals(OffsetDateTime.MIN) -> "-infinity";
      case OffsetDateTime time when time.equals(OffsetDateTime.MAX) -> "infinity";
      case String[] elements ->
          Arrays.stream(elements)
              .map(Statement::element)
              .collect(Collectors.joining(",", "{", "}"));
      case String text -> text;
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      case UUID id -> id.toString();
      case OffsetDateTime time -> time.toString();
      case Jsonb(var json) -> json;
      default ->
          throw new IllegalArgumentException("no literal of a " + value.getClass().getName());
    };
  }

  private static String element(@Nullable String text) {
    return text == null ? "NULL" : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
