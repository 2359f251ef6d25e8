package io.stabbur.data;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.stabbur.data.reply.Reply;
import io.stabbur.data.request.Incoming;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.ByteStream;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Between the framework's requests and responses and ours.
final class HttpWords {
  private static final String VARY = "Accept, Prefer, Range";

  private static final byte[] NOTHING = {};

  private final String mount;

  HttpWords(DataSettings settings) {
    this.mount = settings.path().equals("/") ? "" : settings.path();
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
    } catch (CompletionException e) {
      // a body without a length that turned out longer than the server's buffer
      if (e.getCause() instanceof ContentLengthExceededException) {
        throw new ApiException(new Failure.TooLarge(0));
      }
      throw e;
    }
  }

  /// Repeats the header by which a request is followed through several systems.
  static void trace(
      HttpRequest<?> request, MutableHttpResponse<?> response, @Nullable String header) {
    if (header != null) {
      var sent = request.getHeaders().get(header);
      response.getHeaders().set(header, sent == null ? "" : sent);
    }
  }

  MutableHttpResponse<?> response(HttpRequest<?> request, Reply reply, DataRules rules) {
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
    trace(request, response, rules.traceHeader());
    return switch (reply.body()) {
      case Reply.Body.Bytes(var bytes) -> bytes.length > 0 ? response.body(bytes) : response;
      case Reply.Body.None _ -> response;
      case Reply.Body.Stream(var bytes, var length) -> response.body(new ByteStream(bytes, length));
    };
  }
}
