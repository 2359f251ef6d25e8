package io.stabbur.platform.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/// Answers of a process that is going close their connections, so that the next request is sent to
/// another process.
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class ClosingFilter {
  private final Shutdown shutdown;

  ClosingFilter(Shutdown shutdown) {
    this.shutdown = shutdown;
  }

  @ResponseFilter
  void close(MutableHttpResponse<?> response) {
    if (shutdown.hasBegun() && response.code() != 101) {
      response.getHeaders().set(HttpHeaders.CONNECTION, "close");
    }
  }
}
