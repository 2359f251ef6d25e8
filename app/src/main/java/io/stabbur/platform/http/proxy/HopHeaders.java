package io.stabbur.platform.http.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.stream.Stream;

/// Headers that speak of one connection and are not passed on (RFC 9110, 7.6.1).
final class HopHeaders {
  /// They keep their hash, which a text would compute anew for each request.
  private static final List<AsciiString> NAMES =
      Stream.of(
              "connection",
              "keep-alive",
              "proxy-connection",
              "proxy-authenticate",
              "proxy-authorization",
              "te",
              "trailer",
              "transfer-encoding",
              "upgrade")
          .map(AsciiString::cached)
          .toList();

  private HopHeaders() {}

  static void remove(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.CONNECTION)) {
      headers.getAll(HttpHeaderNames.CONNECTION).forEach(names -> removeNamed(headers, names));
    }
    for (var name : NAMES) {
      headers.remove(name);
    }
  }

  private static void removeNamed(HttpHeaders headers, String names) {
    for (var name : names.split(",", -1)) {
      // never what frames or authenticates the message
      if (!name.strip().equalsIgnoreCase("content-length") && !name.isBlank()) {
        headers.remove(name.strip());
      }
    }
  }
}
