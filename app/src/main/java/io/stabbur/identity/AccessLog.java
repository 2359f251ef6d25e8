package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One structured line a request: never a query string, a header or a body, for those hold secrets,
/// and no name of a file.
@Singleton
final class AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger("access");
  private static final Pattern SLASHES = Pattern.compile("(?:/|%2[Ff])++");
  private final boolean enabled;
  private final RouteTable routes;

  AccessLog(GatewaySettings settings, RouteTable routes) {
    this.enabled = settings.accessLog();
    this.routes = routes;
  }

  /// Writes the line and, where no API has set its own, the `Server-Timing` header.
  void finish(
      HttpRequest<?> request,
      MutableHttpResponse<?> response,
      Optional<Caller> caller,
      long nanos) {
    double millis = nanos / 1e6;
    if (!response.getHeaders().contains("Server-Timing")) {
      response.getHeaders().add("Server-Timing", "total;dur=" + tenth(millis));
    }
    if (enabled && LOG.isInfoEnabled()) {
      LOG.info(
          "method={} path={} status={} ms={} project={} role={} request_id={}",
          request.getMethodName(),
          printable(path(request)),
          response.code(),
          tenth(millis),
          caller.map(c -> c.project().name()).orElse("-"),
          caller.map(Caller::role).orElse("-"),
          printable(Objects.requireNonNullElse(response.getHeaders().get("X-Request-Id"), "-")));
    }
  }

  /// The path as far as its room lets it be logged. Slashes are read as a router could read them.
  private String path(HttpRequest<?> request) {
    var path = SLASHES.matcher(request.getPath()).replaceAll("/");
    return routes.find(request.getMethodName(), path).logged(path);
  }

  /// With one digit after the point; a formatter would cost more than the rest of this class.
  private static String tenth(double millis) {
    long tenths = Math.round(millis * 10);
    return tenths / 10 + "." + tenths % 10;
  }

  /// Control characters could forge a second line.
  private static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ') {
        return text.replaceAll("[\\x00-\\x20]", "_");
      }
    }
    return text;
  }
}
