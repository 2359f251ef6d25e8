package io.stabbur.operations;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.ErrorRenderer;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.util.Map;

/// Errors where no other API answers: status and one message.
@Singleton
final class PlainErrorRenderer implements ErrorRenderer {
  @Override
  public String prefix() {
    return "/";
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    return error instanceof Failure failure
        ? shared(failure)
        : reply(HttpStatus.UNAUTHORIZED, "Invalid authentication credentials");
  }

  private static MutableHttpResponse<?> shared(Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated(var reason) -> reply(HttpStatus.UNAUTHORIZED, reason);
      case Failure.Revoked(var reason) -> reply(HttpStatus.UNAUTHORIZED, reason);
      case Failure.Forbidden(var reason) -> reply(HttpStatus.FORBIDDEN, reason);
      case Failure.NoSuchRoute(var path) -> reply(HttpStatus.NOT_FOUND, nothingAt(path));
      case Failure.MethodNotAllowed _ -> reply(HttpStatus.METHOD_NOT_ALLOWED, "Method not allowed");
      case Failure.NotAcceptable(var what) -> reply(HttpStatus.NOT_ACCEPTABLE, what);
      case Failure.Malformed(var what) -> reply(HttpStatus.BAD_REQUEST, what);
      case Failure.TooLarge _ ->
          reply(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The request body is too large");
      case Failure.UnsupportedMedia(var type) -> reply(HttpStatus.UNSUPPORTED_MEDIA_TYPE, type);
      case Failure.Busy(var what) -> reply(HttpStatus.SERVICE_UNAVAILABLE, what);
      case Failure.Crowded(var what) -> reply(HttpStatus.TOO_MANY_REQUESTS, what);
      case Failure.Unavailable(var what) -> reply(HttpStatus.SERVICE_UNAVAILABLE, what);
      case Failure.Timeout(var what) -> reply(HttpStatus.GATEWAY_TIMEOUT, what);
      case Failure.Database _, Failure.Internal _ ->
          reply(HttpStatus.INTERNAL_SERVER_ERROR, "An unexpected error occurred");
    };
  }

  /// What people try first is answered with where to go; anything else as the original's gateway
  /// does.
  private static String nothingAt(String path) {
    if (path.equals("/")) {
      return "Nothing is served at /. The APIs are at /auth/v1, /rest/v1, /storage/v1, /realtime/v1"
          + " and /functions/v1, and take the API key in the header apikey.";
    }
    var first = path.split("/", 3)[1];
    return switch (first) {
      case "graphql" -> "GraphQL is not served. The data API is at /rest/v1.";
      case "realtime" -> "Realtime is served at /realtime/v1 and nowhere else.";
      case "functions" -> "Functions are served at /functions/v1/NAME and nowhere else.";
      default -> "no Route matched with those values";
    };
  }

  private static MutableHttpResponse<?> reply(HttpStatus status, String message) {
    var body = JsonNode.createObjectNode(Map.of("message", JsonNode.createStringNode(message)));
    return HttpResponse.<String>status(status)
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(Json.write(body));
  }
}
