package io.stabbur.storage.object;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.ByteStream;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.Span;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Serves the bytes of a row: conditions, ranges, headers, and a stream that is read as the client
/// takes it.
@Singleton
public final class ObjectReply {
  /// Whatever a stored file holds (an SVG may hold script), it must not act as a page of this
  /// address.
  private static final String NO_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

  private final Backends backends;

  ObjectReply(Backends backends) {
    this.backends = backends;
  }

  /// The answer to a read; `expires` replaces the cache rule where a token limits the address.
  public MutableHttpResponse<?> serve(
      HttpRequest<?> request, Project project, StoredObject object, @Nullable Instant expires) {
    return switch (Conditions.of(request.getHeaders(), object.etag(), object.lastModified())) {
      case NOT_MODIFIED -> headers(HttpResponse.notModified(), request, object, expires);
      case FAILED -> HttpResponse.status(HttpStatus.PRECONDITION_FAILED);
      case SEND -> send(request, project, object, expires);
    };
  }

  private MutableHttpResponse<?> send(
      HttpRequest<?> request, Project project, StoredObject object, @Nullable Instant expires) {
    var headers = request.getHeaders();
    var range =
        Conditions.rangeHolds(headers, object.etag(), object.lastModified())
            ? ByteRange.of(headers.get(HttpHeaders.RANGE), object.size())
            : Optional.<Span>empty();
    var span = range.orElse(Span.whole(object.size()));
    MutableHttpResponse<?> response = HttpResponse.ok();
    if (range.isPresent()) {
      response = HttpResponse.status(HttpStatus.PARTIAL_CONTENT);
      response.header(
          HttpHeaders.CONTENT_RANGE,
          "bytes " + span.from() + '-' + span.last() + '/' + object.size());
    }
    headers(response, request, object, expires);
    return request.getMethod() == HttpMethod.HEAD
        ? response.contentLength(span.length())
        : bytes(response, request, project, object, span);
  }

  private MutableHttpResponse<?> bytes(
      MutableHttpResponse<?> response,
      HttpRequest<?> request,
      Project project,
      StoredObject object,
      Span span) {
    try {
      return response.body(
          ByteStream.of(
              request, backends.of(project).read(object.key(project.name()), span), span.length()));
    } catch (Backend.Missing e) {
      throw new ApiException(new StorageError.NoSuchKey(object.name()));
    }
  }

  /// The headers of an object, whatever form its bytes are sent in.
  public static MutableHttpResponse<?> headers(
      MutableHttpResponse<?> response,
      HttpRequest<?> request,
      StoredObject object,
      @Nullable Instant expires) {
    response.header(HttpHeaders.ACCEPT_RANGES, "bytes");
    response.header(HttpHeaders.CONTENT_TYPE, safeType(HeaderText.stored(object.mimetype())));
    disarm(response);
    response.header(HttpHeaders.ETAG, object.etag());
    response.header(HttpHeaders.LAST_MODIFIED, Conditions.httpDate(object.lastModified()));
    response.header("X-Robots-Tag", object.robots() == null ? "none" : object.robots());
    if (expires != null) {
      response.header(HttpHeaders.EXPIRES, Conditions.httpDate(expires));
    } else if (object.cacheControl() != null && HeaderText.isPlain(object.cacheControl())) {
      response.header(HttpHeaders.CACHE_CONTROL, cacheControl(request, object));
    }
    request
        .getParameters()
        .get("download", String.class)
        .ifPresent(
            name -> response.header(HttpHeaders.CONTENT_DISPOSITION, Disposition.attachment(name)));
    return response;
  }

  /// Forbids a browser to run what is stored here, once the media type is set.
  public static void disarm(MutableHttpResponse<?> response) {
    response.getHeaders().set("X-Content-Type-Options", "nosniff");
    var type = response.getHeaders().get(HttpHeaders.CONTENT_TYPE);
    if (type == null || !isPdf(type)) {
      // browsers' PDF viewers do not open in a sandbox
      response.getHeaders().set("Content-Security-Policy", NO_SCRIPT);
    }
  }

  /// The type alone: `application/pdf+xml` is a document that may hold script.
  private static boolean isPdf(String type) {
    return type.split(";", 2)[0].strip().equalsIgnoreCase("application/pdf");
  }

  /// A page stored here must not run as a page of this address.
  static String safeType(String type) {
    return type.toLowerCase(Locale.ROOT).contains("text/html") ? "text/plain" : type;
  }

  private static String cacheControl(HttpRequest<?> request, StoredObject object) {
    var known = request.getHeaders().get(HttpHeaders.IF_NONE_MATCH);
    var rule = String.valueOf(object.cacheControl());
    return known != null && !known.equals(object.etag())
        ? rule + ", stale-while-revalidate=30"
        : rule;
  }
}
