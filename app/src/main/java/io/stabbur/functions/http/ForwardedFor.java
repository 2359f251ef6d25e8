package io.stabbur.functions.http;

import io.micronaut.http.HttpRequest;

/// The header `X-Forwarded-For` as a function gets it: the addresses that came, and the peer's.
final class ForwardedFor {
  private static final String NAME = "x-forwarded-for";

  private ForwardedFor() {}

  static String of(HttpRequest<?> request) {
    var peer = request.getRemoteAddress().getAddress();
    var address = peer == null ? "unknown" : peer.getHostAddress();
    var headers = request.getHeaders();
    if (!headers.contains(NAME)) {
      return address;
    }
    var before = String.join(", ", headers.getAll(NAME));
    return before.isEmpty() ? address : before + ", " + address;
  }
}
