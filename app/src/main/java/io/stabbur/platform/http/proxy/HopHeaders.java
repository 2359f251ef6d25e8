package io.stabbur.platform.http.proxy;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/// Headers that speak of one connection and are not passed on (RFC 9110, 7.6.1).
final class HopHeaders {
  private static final List<String> NAMES =
      List.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HopHeaders() {}

  static void remove(HttpHeaders headers) {
    for (var named : headers.getAll("connection")) {
      for (var name : named.split(",", -1)) {
        // never what frames or authenticates the message
        if (!name.strip().equalsIgnoreCase("content-length") && !name.isBlank()) {
          headers.remove(name.strip());
        }
      }
    }
    NAMES.forEach(headers::remove);
  }
}
