package io.stabbur.functions.http;

import io.micronaut.http.HttpRequest;

/// The header `X-Forwarded-For` as a function gets it: the addresses that came, and the peer's.
final class ForwardedFor {
  private ForwardedFor() {}

  static String of(HttpRequest<?> request) {
    var peer = request.getRemoteAddress().getAddress();
    var address = peer == null ? "unknown" : peer.getHostAddress();
    var before = String.join(", ", request.getHeaders().getAll("x-forwarded-for"));
    return before.isEmpty() ? address : before + ", " + address;
  }
}
