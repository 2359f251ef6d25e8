package io.stabbur.data.request;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keys and values as they stand in a query string or a form: in order, repeated keys kept.
record Pairs(List<Pair> all) {
  /// One key; no value when there was no `=`.
  record Pair(String key, @Nullable String value) {}

  /// Splits at `&` and `;`, decodes `+` and percent escapes.
  static Pairs parse(String encoded) {
    var pairs = new ArrayList<Pair>();
    var start = 0;
    for (var i = 0; i <= encoded.length(); i++) {
      if (i == encoded.length() || encoded.charAt(i) == '&' || encoded.charAt(i) == ';') {
        if (i > start) {
          pairs.add(pair(encoded.substring(start, i)));
        }
        start = i + 1;
      }
    }
    return new Pairs(pairs);
  }

  private static Pair pair(String text) {
    var equals = text.indexOf('=');
    return equals < 0
        ? new Pair(decode(text), null)
        : new Pair(decode(text.substring(0, equals)), decode(text.substring(equals + 1)));
  }

  /// The value of the first occurrence of `key`.
  @Nullable String first(String key) {
    for (var pair : all) {
      if (pair.key.equals(key)) {
        return pair.value;
      }
    }
    return null;
  }

  static String decode(String text) {
    return text.indexOf('%') < 0 ? text.replace('+', ' ') : decodeEscapes(text);
  }

  private static String decodeEscapes(String text) {
    var bytes = new ByteArrayOutputStream(text.length());
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '%' && isOctet(text, i + 1)) {
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else if (c < 128) {
        bytes.write(c == '+' ? ' ' : c);
      } else {
        var point = Character.toString(text.codePointAt(i));
        bytes.writeBytes(point.getBytes(StandardCharsets.UTF_8));
        i += point.length() - 1;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isOctet(String text, int at) {
    return at + 1 < text.length()
        && HexFormat.isHexDigit(text.charAt(at))
        && HexFormat.isHexDigit(text.charAt(at + 1));
  }

  /// Sorted by key and encoded again; the values of one key are joined by commas.
  String canonical() {
    var merged = new LinkedHashMap<String, StringBuilder>();
    all.stream()
        .sorted(Comparator.comparing(Pair::key))
        .forEach(
            pair ->
                merged.merge(
                    pair.key,
                    new StringBuilder(encode(pair.value == null ? "" : pair.value)),
                    (before, more) -> before.append(',').append(more)));
    var text = new StringBuilder();
    merged.forEach(
        (key, value) ->
            text.append(text.isEmpty() ? "" : "&").append(encode(key)).append('=').append(value));
    return text.toString();
  }

  static String encode(String text) {
    StringBuilder encoded = null;
    for (var i = 0; i < text.length(); i++) {
      if (!isPlain(text.charAt(i))) {
        encoded = new StringBuilder(text.length() + 16);
        break;
      }
    }
    if (encoded == null) {
      return text;
    }
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > 0 && isPlain((char) b)) {
        encoded.append((char) b);
      } else {
        encoded
            .append('%')
            .append(Character.toUpperCase(Character.forDigit((b >> 4) & 15, 16)))
            .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
      }
    }
    return encoded.toString();
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == '~';
  }
}
