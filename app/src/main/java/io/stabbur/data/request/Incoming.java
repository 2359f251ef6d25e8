package io.stabbur.data.request;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An HTTP request as plain values.
///
/// @param path the raw path below the API's mount point, beginning with a slash
/// @param query the raw query string, empty when there is none
/// @param headers all headers in order, names in lower case
@SuppressWarnings("ArrayRecordComponent") // a body is handed on, never compared
public record Incoming(
    String method, String path, String query, List<Header> headers, byte[] body) {
  public record Header(String name, String value) {}

  public @Nullable String first(String name) {
    for (var header : headers) {
      if (header.name.equals(name)) {
        return header.value;
      }
    }
    return null;
  }

  public List<String> all(String name) {
    List<String> values = List.of();
    for (var header : headers) {
      if (header.name.equals(name)) {
        values = values.isEmpty() ? new ArrayList<>(2) : values;
        values.add(header.value);
      }
    }
    return values;
  }

  /// The decoded segments of the path; none at the root.
  List<String> segments() {
    if (path.isEmpty() || path.equals("/")) {
      return List.of();
    }
    var segments = new ArrayList<String>();
    for (var segment : path.substring(1).split("/", -1)) {
      segments.add(Pairs.decode(segment.replace("+", "%2B")));
    }
    return segments;
  }
}
