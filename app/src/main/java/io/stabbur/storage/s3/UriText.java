package io.stabbur.storage.s3;

import io.stabbur.platform.http.PercentEncoding;
import io.stabbur.storage.RequestPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Addresses as signatures spell them.
final class UriText {
  private UriText() {}

  /// A raw path with every segment in the one spelling.
  static String path(String raw) {
    return Stream.of(raw.split("/", -1))
        .map(segment -> PercentEncoding.encode(RequestPath.decode(segment)))
        .collect(Collectors.joining("/"));
  }

  /// A name and its value in a query.
  record Parameter(String name, String value) {
    String text() {
      return PercentEncoding.encode(name) + '=' + PercentEncoding.encode(value);
    }
  }

  static List<Parameter> query(@Nullable String raw) {
    var parameters = new ArrayList<Parameter>();
    if (raw == null || raw.isEmpty()) {
      return parameters;
    }
    for (var pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      parameters.add(
          new Parameter(
              spaced(equals < 0 ? pair : pair.substring(0, equals)),
              equals < 0 ? "" : spaced(pair.substring(equals + 1))));
    }
    return parameters;
  }

  private static String spaced(String text) {
    return RequestPath.decode(text.replace("+", "%20"));
  }

  /// The query in the spelling of signatures, ordered by name and then by value, without the
  /// signature itself.
  static String canonicalQuery(List<Parameter> parameters) {
    return parameters.stream()
        .filter(each -> !each.name().equals("X-Amz-Signature"))
        .sorted(
            Comparator.comparing((Parameter each) -> PercentEncoding.encode(each.name()))
                .thenComparing(Parameter::text))
        .map(Parameter::text)
        .collect(Collectors.joining("&"));
  }
}
