package io.stabbur.data.request;

import io.stabbur.data.error.DataError;
import io.stabbur.platform.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CSV bodies as JSON: a header line, then one object a line; the word NULL is null, nothing is an
/// empty string.
final class CsvRows {
  private final String text;
  private int at;

  private CsvRows(String text) {
    this.text = text;
  }

  static byte[] toJson(String text) {
    var rows = new CsvRows(text);
    var header = rows.line();
    if (header == null) {
      throw refusal("parse error (not enough input) at \"\"");
    }
    var json = new StringBuilder(text.length() * 2).append('[');
    for (var line = rows.line(); line != null; line = rows.line()) {
      if (line.size() < header.size()) {
        throw refusal("All lines must have same number of fields");
      }
      json.append(json.length() > 1 ? "," : "").append(object(header, line));
    }
    return json.append(']').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ApiException refusal(String message) {
    return new DataError.InvalidBody(message).exception();
  }

  private static String object(List<String> header, List<String> line) {
    var object = new LinkedHashMap<String, @Nullable String>();
    for (var i = 0; i < header.size(); i++) {
      var value = line.get(i);
      object.put(header.get(i), value.equals("NULL") ? null : value);
    }
    return FlatJson.object(object);
  }

  /// The next line that is not empty; null at the end.
  private @Nullable List<String> line() {
    while (at < text.length() && (text.charAt(at) == '\n' || text.charAt(at) == '\r')) {
      at++;
    }
    if (at >= text.length()) {
      return null;
    }
    var fields = new ArrayList<String>();
    fields.add(field());
    while (at < text.length() && text.charAt(at) == ',') {
      at++;
      fields.add(field());
    }
    return fields;
  }

  private String field() {
    return at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
  }

  private String plain() {
    var start = at;
    while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() {
    var value = new StringBuilder();
    at++;
    while (at < text.length()) {
      var c = text.charAt(at++);
      if (c != '"') {
        value.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        value.append('"');
        at++;
      } else {
        return value.toString();
      }
    }
    throw refusal("parse error (unterminated quote) at the end of the body");
  }
}
