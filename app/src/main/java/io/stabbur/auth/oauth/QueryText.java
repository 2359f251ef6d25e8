package io.stabbur.auth.oauth;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Parameters in the query of an address.
final class QueryText {
  private QueryText() {}

  /// The address with these parameters in place of any of the same name; empty ones are left out.
  static String add(String address, Map<String, String> values) {
    int mark = address.indexOf('?');
    var base = mark < 0 ? address : address.substring(0, mark);
    var kept =
        mark < 0
            ? Stream.<String>empty()
            : Arrays.stream(address.substring(mark + 1).split("&", -1))
                .filter(pair -> !pair.isEmpty() && !values.containsKey(pair.split("=", 2)[0]));
    var added =
        values.entrySet().stream()
            .filter(entry -> !entry.getValue().isEmpty())
            .map(entry -> encode(entry.getKey()) + '=' + encode(entry.getValue()));
    return base + '?' + Stream.concat(kept, added).collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
