package io.stabbur.identity;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.platform.http.ReadableHeaders;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// Cross-origin rules, the same for every API but for the headers scripts may read: any origin
/// without credentials, or the listed ones with.
@Singleton
final class Cors {
  private static final String METHODS = "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD";
  private static final String READABLE =
      "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, "
          + "Transfer-Encoding, Range-Unit, X-Total-Count, Link, X-Supabase-Api-Version, "
          + "sb-error-code, Server-Timing, X-Request-Id, ETag, Upload-Offset, Upload-Length, "
          + "Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Upload-Metadata, Upload-Expires";
  private static final String POSITION = "X-Stabbur-Position";

  /// Of answers in a project with read replicas.
  private static final String REPLICAS = POSITION + ", X-Stabbur-Server";

  private final List<String> origins;
  private final List<ReadableHeaders> readable;

  Cors(GatewaySettings settings, List<ReadableHeaders> readable) {
    this.origins = settings.corsOrigins();
    this.readable = readable;
  }

  static boolean isPreflight(HttpRequest<?> request) {
    return request.getMethod() == HttpMethod.OPTIONS
        && request.getHeaders().contains(HttpHeaders.ORIGIN)
        && request.getHeaders().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /// The answer to a preflight, given before routing and keys.
  MutableHttpResponse<?> preflight(HttpRequest<?> request) {
    var response = HttpResponse.ok();
    if (!allow(request, response)) {
      return response;
    }
    var headers = response.getHeaders();
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "86400");
    Optional.ofNullable(request.getHeaders().get(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS))
        .ifPresent(
            wanted ->
                headers.set(
                    HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                    "Authorization, "
                        + String.join(", ", wanted.split(",\\s*"))
                        + ", Accept, Accept-Language, Content-Language"));
    return response;
  }

  /// The headers a browser needs on a plain answer; a preflight has its own.
  void expose(HttpRequest<?> request, MutableHttpResponse<?> response) {
    if (request.getHeaders().contains(HttpHeaders.ORIGIN)
        && !isPreflight(request)
        && allow(request, response)) {
      response
          .getHeaders()
          .set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, readable(request, response));
    }
  }

  private String readable(HttpRequest<?> request, HttpResponse<?> response) {
    var path = request.getPath();
    var names =
        readable.stream()
            .filter(api -> path.startsWith(api.prefix()))
            .findFirst()
            .map(ReadableHeaders::names)
            .orElse(READABLE);
    return response.getHeaders().contains(POSITION) ? names + ", " + REPLICAS : names;
  }

  private boolean allow(HttpRequest<?> request, MutableHttpResponse<?> response) {
    if (origins.isEmpty()) {
      response.getHeaders().set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
      return true;
    }
    var origin = request.getHeaders().get(HttpHeaders.ORIGIN);
    if (origin == null || !origins.contains(origin)) {
      return false;
    }
    response.getHeaders().set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    response.getHeaders().set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    response.getHeaders().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    return true;
  }
}
