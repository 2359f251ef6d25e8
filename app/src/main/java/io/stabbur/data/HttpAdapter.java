package io.stabbur.data;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.stabbur.data.reply.Reply;
import io.stabbur.data.reply.Version;
import io.stabbur.data.request.Incoming;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.ByteStream;
import io.stabbur.platform.http.SharedOrigin;
import io.stabbur.platform.http.StatusLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Between the framework's requests and responses and ours.
final class HttpAdapter {
  private static final String VARY = "Accept, Prefer, Range";

  private static final byte[] NOTHING = {};

  private final String mount;

  HttpAdapter(DataSettings settings) {
    this.mount = settings.path().equals("/") ? "" : settings.path();
  }

  Incoming incoming(ServerHttpRequest<?> request) {
    var headers = new ArrayList<Incoming.Header>();
    for (var entry : request.getHeaders()) {
      var name = entry.getKey().toLowerCase(Locale.ROOT);
      for (var value : entry.getValue()) {
        headers.add(new Incoming.Header(name, received(value)));
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

  /// What every answer has, errors included: who gives it, and the header by which a request is
  /// followed through several systems.
  static void finish(
      HttpRequest<?> request, MutableHttpResponse<?> response, @Nullable String traceHeader) {
    var headers = response.getHeaders();
    headers.set(HttpHeaders.SERVER, Version.SERVER);
    if (traceHeader != null) {
      var value = request.getHeaders().get(traceHeader);
      headers.set(traceHeader, value == null ? "" : value);
    }
  }

  /// The framework reads and writes the octets of headers as Latin-1, clients and databases as
  /// UTF-8.
  private static String received(String value) {
    if (isAscii(value)) {
      return value;
    }
    var text = new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    return text.indexOf('\uFFFD') < 0 ? text : value;
  }

  private static String sent(String value) {
    return isAscii(value)
        ? value
        : new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static boolean isAscii(String value) {
    return value.chars().allMatch(c -> c < 128);
  }

  MutableHttpResponse<?> response(HttpRequest<?> request, Reply reply, DataRules rules) {
    MutableHttpResponse<Object> response =
        reply.reason() == null
            ? StatusLine.of(reply.status())
            : HttpResponse.status(reply.status(), reply.reason());
    var headers = response.getHeaders();
    for (var header : reply.headers()) {
      boolean isCookie = header.name().equalsIgnoreCase("Set-Cookie");
      if (!isCookie || !SharedOrigin.isOwn(header.value())) {
        headers.add(header.name(), sent(header.value()));
      }
    }
    if (headers.contains("Content-Type") && SharedOrigin.isPage(headers.getAll("Content-Type"))) {
      headers.add(SharedOrigin.POLICY, SharedOrigin.NOWHERE);
    }
    if (!reply.has("Vary")) {
      headers.add("Vary", VARY);
    }
    finish(request, response, rules.traceHeader());
    return switch (reply.body()) {
      case Reply.Body.Bytes(var bytes) -> bytes.length > 0 ? response.body(bytes) : response;
      case Reply.Body.None _ -> response;
      case Reply.Body.Stream(var bytes, var length) ->
          response.body(ByteStream.of(request, bytes, length));
    };
  }
}
