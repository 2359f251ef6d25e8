package io.stabbur.data;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.stabbur.data.reply.Reply;
import io.stabbur.data.request.Incoming;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Between the framework's requests and responses and ours.
final class HttpWords {
  private static final String VARY = "Accept, Prefer, Range";

  private static final byte[] NOTHING = {};

  private final String mount;
  private final @Nullable String traceHeader;

  HttpWords(DataSettings settings) {
    this.mount = settings.path().equals("/") ? "" : settings.path();
    this.traceHeader = settings.traceHeader();
  }

  /// When the gateway first saw the request.
  static long start(HttpRequest<?> request) {
    return request.getAttribute("stabbur.start", Long.class).orElseGet(System::nanoTime);
  }

  Incoming incoming(ServerHttpRequest<?> request) {
    var headers = new ArrayList<Incoming.Header>();
    for (var entry : request.getHeaders()) {
      var name = entry.getKey().toLowerCase(Locale.ROOT);
      for (var value : entry.getValue()) {
        headers.add(new Incoming.Header(name, value));
      }
    }
    var uri = request.getUri();
    var path = uri.getRawPath().substring(mount.length());
    return new Incoming(
        request.getMethodName(),
        path.isEmpty() ? "/" : path,
        uri.getRawQuery() == null ? "" : uri.getRawQuery(),
        headers,
        body(request));
  }

  private static byte[] body(ServerHttpRequest<?> request) {
    if (request.getMethod() == HttpMethod.GET || request.getMethod() == HttpMethod.HEAD) {
      return NOTHING;
    }
    try (var body = request.byteBody().buffer().join()) {
      return body.toByteArray();
    }
  }

  MutableHttpResponse<?> response(HttpRequest<?> request, Reply reply) {
    MutableHttpResponse<Object> response =
        reply.reason() == null
            ? HttpResponse.status(reply.status(), "")
            : HttpResponse.status(reply.status(), reply.reason());
    var headers = response.getHeaders();
    for (var header : reply.headers()) {
      headers.add(header.name(), header.value());
    }
    if (!reply.has("Vary")) {
      headers.add("Vary", VARY);
    }
    if (traceHeader != null) {
      var sent = request.getHeaders().get(traceHeader);
      headers.set(traceHeader, sent == null ? "" : sent);
    }
    return switch (reply.body()) {
      case Reply.Body.Bytes(var bytes) -> bytes.length > 0 ? response.body(bytes) : response;
      case Reply.Body.None _ -> response;
      case Reply.Body.Spooled(var file) -> response.body(stream(file));
    };
  }

  /// The file is gone as soon as it has been sent.
  private static InputStream stream(Path file) {
    try {
      return Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
