package io.stabbur.data.request;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes flat JSON objects of strings, for settings and converted bodies.
public final class FlatJson {
  private static final String HEX = "0123456789abcdef";

  private FlatJson() {}

  /// `{"a":"1","b":null}` in the map's order.
  public static String object(Map<String, ? extends @Nullable String> pairs) {
    var text = new StringBuilder(64).append('{');
    pairs.forEach(
        (key, value) -> {
          if (text.length() > 1) {
            text.append(',');
          }
          string(text, key);
          text.append(':');
          if (value == null) {
            text.append("null");
          } else {
            string(text, value);
          }
        });
    return text.append('}').toString();
  }

  /// A JSON string with its quotes.
  public static void string(StringBuilder text, String value) {
    text.append('"');
    for (var i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c == '\n') {
        text.append("\\n");
      } else if (c == '\r') {
        text.append("\\r");
      } else if (c == '\t') {
        text.append("\\t");
      } else if (c < ' ') {
        text.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
