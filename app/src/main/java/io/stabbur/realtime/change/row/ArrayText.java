package io.stabbur.realtime.change.row;

import io.stabbur.realtime.change.table.ValueType;

/// The text of an array, such as `{1,NULL,"a \"b\""}`, on its way to JSON. For one use.
final class ArrayText {
  private final StringBuilder out;
  private final ValueType element;
  private final char delimiter;
  private final String text;
  private int at;

  ArrayText(StringBuilder out, ValueType type, String text, int start) {
    this.out = out;
    this.element = type.element() == null ? type : type.element();
    this.delimiter = type.delimiter();
    this.text = text;
    this.at = start;
  }

  /// `{…}`, whose elements may be arrays of the same kind.
  void append() {
    at++;
    out.append('[');
    boolean first = true;
    while (text.charAt(at) != '}') {
      if (!first) {
        out.append(',');
        at++;
      }
      first = false;
      element();
    }
    at++;
    out.append(']');
  }

  private void element() {
    switch (text.charAt(at)) {
      case '{' -> append();
      case '"' -> value(quoted());
      default -> bare();
    }
  }

  private void bare() {
    int start = at;
    while (text.charAt(at) != delimiter && text.charAt(at) != '}') {
      at++;
    }
    var word = text.substring(start, at);
    if (word.equals("NULL")) {
      out.append("null");
    } else {
      value(word);
    }
  }

  /// Bytes inside an array keep their `\x`, as `to_jsonb` leaves it.
  private void value(String word) {
    if (element.json() == ValueType.Json.BYTES) {
      JsonText.string(out, word);
    } else {
      JsonText.append(out, element, word);
    }
  }

  private String quoted() {
    var word = new StringBuilder();
    at++;
    while (text.charAt(at) != '"') {
      if (text.charAt(at) == '\\') {
        at++;
      }
      word.append(text.charAt(at++));
    }
    at++;
    return word.toString();
  }
}
