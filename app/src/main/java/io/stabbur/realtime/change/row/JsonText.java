package io.stabbur.realtime.change.row;

import io.stabbur.realtime.change.table.ValueType;
import org.jspecify.annotations.Nullable;

/// Turns the text of a value into JSON as Postgres' `to_jsonb` would, without asking it. Numbers
/// keep their digits.
public final class JsonText {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonText() {}

  /// Appends the value of a type that needs no question to Postgres.
  public static void append(StringBuilder out, ValueType type, @Nullable String text) {
    if (text == null) {
      out.append("null");
      return;
    }
    switch (type.json()) {
      case BOOLEAN -> out.append(text.equals("t") ? "true" : "false");
      case NUMBER -> number(out, text);
      case VERBATIM -> out.append(text);
      case TIMESTAMP -> string(out, text.replace(' ', 'T').replace("TBC", " BC"));
      case TIMESTAMP_WITH_ZONE -> string(out, withZone(text));
      case BYTES -> string(out, text.startsWith("\\x") ? text.substring(2) : text);
      case ARRAY -> array(out, type, text);
      case TEXT -> string(out, text);
      // what Postgres did not answer
      case ASKED, ASKED_BY_READER -> out.append("null");
    }
  }

  /// `NaN` and the infinities are no JSON numbers.
  private static void number(StringBuilder out, String text) {
    char last = text.charAt(text.length() - 1);
    if (last >= '0' && last <= '9') {
      out.append(text);
    } else {
      string(out, text);
    }
  }

  /// `2026-02-03 04:05:06+00` to `2026-02-03T04:05:06+00:00`.
  private static String withZone(String text) {
    boolean before = text.endsWith(" BC");
    var time = before ? text.substring(0, text.length() - 3) : text;
    int blank = time.indexOf(' ');
    if (blank < 0) {
      return text;
    }
    var zoned = time.substring(0, blank) + 'T' + time.substring(blank + 1);
    int sign = Math.max(zoned.lastIndexOf('+'), zoned.lastIndexOf('-'));
    var whole = sign > blank && zoned.length() - sign == 3 ? zoned + ":00" : zoned;
    return before ? whole + " BC" : whole;
  }

  private static void array(StringBuilder out, ValueType type, String text) {
    // [2:3]={…} says where its indices begin
    int start = text.charAt(0) == '[' ? text.indexOf('=') + 1 : 0;
    new ArrayText(out, type, text, start).append();
  }

  /// A JSON string.
  public static void string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ') {
            out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
