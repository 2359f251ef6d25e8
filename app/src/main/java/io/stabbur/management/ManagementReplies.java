package io.stabbur.management;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.error.ErrorReply;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.json.Json;
import java.util.Map;

/// Errors as Supabase's management API writes them: a status and `{"message": …}`.
final class ManagementReplies {
  private ManagementReplies() {}

  static MutableHttpResponse<?> of(ApiError error) {
    return switch (error) {
      case ManagementError.Rejected(var reason) -> reply(400, reason);
      case ManagementError.Missing(var what) -> reply(404, what + " was not found");
      case FunctionError own -> function(own);
      case Failure shared -> shared(shared);
      case TokenError _ -> reply(401, "Unauthorized");
      case Refused(int status, var _, var message) -> reply(status, message);
      default -> reply(500, "Internal server error");
    };
  }

  private static MutableHttpResponse<?> function(FunctionError error) {
    var reply = ErrorReply.of(error);
    return reply(reply.status(), reply.message());
  }

  private static MutableHttpResponse<?> shared(Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated(var reason) -> reply(401, reason);
      case Failure.Revoked(var reason) -> reply(401, reason);
      case Failure.Forbidden(var reason) -> reply(403, reason);
      case Failure.NoSuchRoute(var path) -> reply(404, "This server does not offer " + path);
      case Failure.MethodNotAllowed(var method) ->
          reply(404, "This server does not offer " + method + " here");
      case Failure.NotAcceptable(var what) -> reply(406, what);
      case Failure.Malformed(var what) -> reply(400, what);
      case Failure.TooLarge(var limit) -> reply(413, "The body is larger than " + limit + " bytes");
      case Failure.UnsupportedMedia(var type) -> reply(415, type + " is not understood here");
      case Failure.Busy(var what) -> reply(503, what);
      case Failure.Crowded(var what) -> reply(429, what);
      case Failure.Unavailable(var what) -> reply(503, what);
      case Failure.Timeout(var what) -> reply(504, what);
      case Failure.Database _, Failure.Internal _ -> reply(500, "Internal server error");
    };
  }

  private static MutableHttpResponse<?> reply(int status, String message) {
    return HttpResponse.<String>status(status, "")
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(
            Json.write(
                JsonNode.createObjectNode(Map.of("message", JsonNode.createStringNode(message)))));
  }
}
