package io.stabbur.functions.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;

/// The path of a request as the client spelt it, without `/functions/v1`: what a function sees.
///
/// @param name the first segment
/// @param uri path and query
record RequestPath(String name, String uri) {
  private static final String PREFIX = "/functions/v1";

  static RequestPath of(HttpRequest<?> request) {
    var raw = ((NettyHttpRequest<?>) request).getNativeRequest().uri();
    var uri = raw.substring(raw.indexOf(PREFIX) + PREFIX.length());
    int end = 1;
    while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
      end++;
    }
    return new RequestPath(uri.substring(Math.min(1, uri.length()), end), uri);
  }
}
