package io.stabbur.platform.http;

import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/// The one place where an error meets the API whose path it happened under.
@Singleton
@Primary
@Produces
public final class Errors
    implements ErrorResponseProcessor<Object>,
        ExceptionHandler<ApiException, MutableHttpResponse<?>> {
  private static final String RETRY_AFTER = "Retry-After";
  private static final String RETRY_SECONDS = "1";

  private final List<ErrorRenderer> renderers;

  Errors(List<ErrorRenderer> renderers) {
    this.renderers =
        renderers.stream()
            .sorted(Comparator.comparingInt((ErrorRenderer r) -> r.prefix().length()).reversed())
            .toList();
  }

  @Override
  @SuppressWarnings("rawtypes")
  public MutableHttpResponse<?> handle(HttpRequest request, ApiException exception) {
    return render(request, exception.error());
  }

  @Override
  @SuppressWarnings("unchecked")
  public MutableHttpResponse<Object> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    return (MutableHttpResponse<Object>)
        render(context.getRequest(), failure(context, response.code()));
  }

  /// The error as the API at the request's path writes it. A [Refused] is kept in the request's
  /// context.
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    if (error instanceof Refused refused) {
      RequestContext.of(request).put(Refused.class, refused);
    }
    var renderer = renderer(request.getPath());
    return error instanceof Refused refused && !renderer.writesRefusals()
        ? refusal(refused)
        : withRetry(error, renderer.render(request, error));
  }

  private ErrorRenderer renderer(String path) {
    for (var renderer : renderers) {
      if (under(path, renderer.prefix())) {
        return renderer;
      }
    }
    throw new IllegalStateException("no error renderer for " + path);
  }

  /// Names the time of a retry where the server had no capacity.
  private static MutableHttpResponse<?> withRetry(ApiError error, MutableHttpResponse<?> response) {
    boolean retry =
        response.code() == 503 || error instanceof Failure.Busy || error instanceof Failure.Crowded;
    return retry && !response.getHeaders().contains(RETRY_AFTER)
        ? response.header(RETRY_AFTER, RETRY_SECONDS)
        : response;
  }

  /// Every name under which one of the APIs' clients looks for a code or a message.
  private static MutableHttpResponse<?> refusal(Refused refused) {
    var body = new LinkedHashMap<String, JsonNode>();
    for (var name : List.of("code", "error", "error_code")) {
      body.put(name, JsonNode.createStringNode(refused.code()));
    }
    for (var name : List.of("message", "msg")) {
      body.put(name, JsonNode.createStringNode(refused.message()));
    }
    body.put("statusCode", JsonNode.createStringNode(Integer.toString(refused.status())));
    body.put("details", JsonNode.nullNode());
    body.put("hint", JsonNode.nullNode());
    return StatusLine.<String>of(refused.status())
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(Json.write(JsonNode.createObjectNode(body)));
  }

  private static boolean under(String path, String prefix) {
    return path.startsWith(prefix)
        && (path.length() == prefix.length()
            || prefix.endsWith("/")
            || path.charAt(prefix.length()) == '/');
  }

  private static Failure failure(ErrorContext context, int status) {
    return switch (status) {
      case 401 -> new Failure.Unauthenticated("Authentication is required");
      case 403 -> new Failure.Forbidden("Not allowed");
      case 404 -> new Failure.NoSuchRoute(context.getRequest().getPath());
      case 405 -> new Failure.MethodNotAllowed(context.getRequest().getMethodName());
      case 406 -> new Failure.NotAcceptable(first(context));
      case 408, 504 -> new Failure.Timeout(first(context));
      case 413 -> new Failure.TooLarge(0);
      case 415 -> new Failure.UnsupportedMedia(first(context));
      case 503 -> new Failure.Unavailable(first(context));
      default ->
          status >= 400 && status < 500
              ? new Failure.Malformed(first(context))
              : new Failure.Internal();
    };
  }

  private static String first(ErrorContext context) {
    return context.getErrors().isEmpty() ? "" : context.getErrors().getFirst().getMessage();
  }
}
