package io.stabbur.realtime.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.ErrorRenderer;
import io.stabbur.platform.http.StatusLine;
import io.stabbur.realtime.room.Envelope;
import jakarta.inject.Singleton;

/// Writes errors as the Realtime API does: `{"error":…}` to who opens a socket and for media types,
/// `{"message":…}` elsewhere.
@Singleton
final class RealtimeErrorRenderer implements ErrorRenderer {
  private static final String SOCKET = "/realtime/v1/websocket";

  /// An error in this API's words.
  private record Told(int status, String text) {}

  @Override
  public String prefix() {
    return "/realtime/v1";
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    var told = told(error);
    boolean isSocket = request.getPath().equals(SOCKET);
    var field = isSocket || told.status == 415 ? "error" : "message";
    return StatusLine.<String>of(told.status)
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body("{\"" + field + "\":" + Envelope.quote(told.text) + "}");
  }

  private static Told told(ApiError error) {
    return switch (error) {
      case RealtimeError own -> own(own);
      case TokenError _ -> new Told(401, "Unauthorized");
      case Failure failure -> failure(failure);
      default -> new Told(500, "Internal server error");
    };
  }

  private static Told own(RealtimeError error) {
    return switch (error) {
      case RealtimeError.Invalid(var what) -> new Told(422, what);
      case RealtimeError.TooManyMessages _ -> new Told(429, "You have exceeded your rate limit");
      case RealtimeError.MayNotWrite _ ->
          new Told(403, "You do not have permissions to write to this Channel topic");
    };
  }

  private static Told failure(Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated(var reason) -> new Told(401, reason);
      case Failure.Revoked(var reason) -> new Told(401, reason);
      case Failure.Forbidden(var reason) -> new Told(403, reason);
      case Failure.NoSuchRoute _ -> new Told(404, "Not Found");
      case Failure.MethodNotAllowed _ -> new Told(405, "Method Not Allowed");
      case Failure.NotAcceptable _ -> new Told(406, "Not Acceptable");
      case Failure.Malformed(var what) -> new Told(400, what);
      case Failure.TooLarge _ -> new Told(413, "Payload Too Large");
      case Failure.UnsupportedMedia _ -> new Told(415, "Unsupported Media Type");
      case Failure.Busy _, Failure.Unavailable _ -> new Told(503, "Service Unavailable");
      case Failure.Crowded _ -> new Told(429, "Too many requests");
      case Failure.Timeout _ -> new Told(504, "Gateway Timeout");
      case Failure.Database _, Failure.Internal _ -> new Told(500, "Internal server error");
    };
  }
}
