package io.stabbur.platform.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/// Responses whose status line has the standard phrase of its code, as in `HTTP/1.1 200 OK`.
/// Clients hand the phrase on to applications (`statusText` of `fetch` and of postgrest-js).
public final class StatusLine {
  private StatusLine() {}

  /// A response without a body; the phrase is the one of RFC 9110 and its registry, or `Unknown
  /// Status (599)` for a code that is not in it.
  public static <B> MutableHttpResponse<B> of(int code) {
    return HttpResponse.status(code, HttpResponseStatus.valueOf(code).reasonPhrase());
  }
}
