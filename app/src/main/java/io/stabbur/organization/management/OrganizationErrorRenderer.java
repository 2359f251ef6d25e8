package io.stabbur.organization.management;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.http.ErrorRenderer;
import io.stabbur.platform.http.StatusLine;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Errors of `/admin/v1`: a code for programs, a message for people.
@Singleton
final class OrganizationErrorRenderer implements ErrorRenderer {
  @Override
  public String prefix() {
    return "/admin/v1";
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    return switch (error) {
      case OrganizationError own -> own(own);
      case Refused(int status, var code, var message) -> reply(status, code, message, null);
      case Failure shared -> shared(shared);
      default -> reply(401, "unauthenticated", "Invalid authentication credentials", null);
    };
  }

  private static MutableHttpResponse<?> own(OrganizationError error) {
    return switch (error) {
      case OrganizationError.Invalid(var field, var problem) ->
          reply(400, "invalid", field + " " + problem, null);
      case OrganizationError.NotFound(var what) ->
          reply(404, "not_found", what + " not found", null);
      case OrganizationError.Conflict(var problem) -> reply(409, "conflict", problem, null);
    };
  }

  private static MutableHttpResponse<?> shared(Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated(var reason) -> reply(401, "unauthenticated", reason, null);
      case Failure.Revoked(var reason) -> reply(401, "unauthenticated", reason, null);
      case Failure.Forbidden(var reason) -> reply(403, "forbidden", reason, null);
      case Failure.NoSuchRoute(var path) -> reply(404, "not_found", path + " not found", null);
      case Failure.MethodNotAllowed(var method) ->
          reply(405, "method_not_allowed", method + " is not allowed here", null);
      case Failure.NotAcceptable(var what) -> reply(406, "not_acceptable", what, null);
      case Failure.Malformed(var what) -> reply(400, "malformed", what, null);
      case Failure.TooLarge(var limit) ->
          reply(413, "too_large", "The body is larger than " + limit + " bytes", null);
      case Failure.UnsupportedMedia(var type) ->
          reply(415, "unsupported_media_type", type + " is not understood here", null);
      case Failure.Busy(var what) -> reply(503, "busy", what, null);
      case Failure.Crowded(var what) -> reply(429, "too_many_requests", what, null);
      case Failure.Unavailable(var what) -> reply(503, "unavailable", what, null);
      case Failure.Timeout(var what) -> reply(504, "timeout", what, null);
      case Failure.Database database -> database(database);
      case Failure.Internal _ -> reply(500, "internal", "An unexpected error occurred", null);
    };
  }

  /// The SQLSTATE is the code. What the statement did wrong is told; what broke inside is not.
  private static MutableHttpResponse<?> database(Failure.Database failure) {
    int status = status(failure.sqlState());
    return status == 500
        ? reply(500, failure.sqlState(), "The database could not do this", null)
        : reply(status, failure.sqlState(), failure.message(), failure.hint());
  }

  private static int status(String sqlState) {
    return switch (sqlState) {
      case "42501" -> 403;
      case "23505", "23503", "40001", "40P01" -> 409;
      case "23502", "23514", "P0001" -> 400;
      // a file is in a bucket under a legal hold
      case "SH423" -> 423;
      default -> sqlState.startsWith("22") ? 400 : 500;
    };
  }

  private static MutableHttpResponse<?> reply(
      int status, String code, String message, @Nullable String hint) {
    Map<String, JsonNode> body = new LinkedHashMap<>();
    body.put("code", JsonNode.createStringNode(code));
    body.put("message", JsonNode.createStringNode(message));
    if (hint != null) {
      body.put("hint", JsonNode.createStringNode(hint));
    }
    return StatusLine.<String>of(status)
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(Json.write(JsonNode.createObjectNode(body)));
  }
}
