package io.stabbur.functions.error;

import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;

/// Status, code and message of an error.
public record ErrorReply(int status, String code, String message) {
  /// The original's status for a process that reached a limit.
  public static final int LIMIT_REACHED = 546;

  public static ErrorReply of(ApiError error) {
    return switch (error) {
      case FunctionError own -> own(own);
      case Failure shared -> shared(shared);
      // where the gateway verifies tokens: the routes of operators
      case TokenError _ -> new ErrorReply(401, "UNAUTHORIZED_INVALID_JWT_FORMAT", "Invalid JWT");
      default -> internal();
    };
  }

  private static ErrorReply own(FunctionError error) {
    return switch (error) {
      case FunctionError.NoSuchFunction() ->
          new ErrorReply(404, "NOT_FOUND", "Requested function was not found");
      case FunctionError.NoToken() ->
          new ErrorReply(401, "UNAUTHORIZED_NO_AUTH_HEADER", "Missing authorization header");
      case FunctionError.BadToken(var fault) ->
          new ErrorReply(401, "UNAUTHORIZED_" + fault.name(), "Invalid JWT");
      case FunctionError.BootFailed() ->
          new ErrorReply(503, "BOOT_ERROR", "Function failed to start (please check logs)");
      case FunctionError.Crashed() ->
          new ErrorReply(
              500, "WORKER_ERROR", "Function exited due to an error (please check logs)");
      case FunctionError.LimitReached() ->
          new ErrorReply(
              LIMIT_REACHED,
              "WORKER_LIMIT",
              "Function failed due to not having enough compute resources (please check logs)");
      case FunctionError.NoResponse() ->
          new ErrorReply(504, "IDLE_TIMEOUT", "The function did not respond in time");
      case FunctionError.NoRuntime() ->
          new ErrorReply(
              503,
              "BOOT_ERROR",
              "This server has no Deno to run functions; install Deno 2, or name it with"
                  + " stabbur.functions.deno");
      case FunctionError.Rejected(var reason) -> new ErrorReply(400, "BAD_REQUEST", reason);
      case FunctionError.Unknown(var what) ->
          new ErrorReply(404, "NOT_FOUND", what + " was not found");
    };
  }

  private static ErrorReply shared(Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated(var reason) -> new ErrorReply(401, "UNAUTHORIZED", reason);
      case Failure.Revoked(var reason) -> new ErrorReply(401, "UNAUTHORIZED", reason);
      case Failure.Forbidden(var reason) -> new ErrorReply(403, "FORBIDDEN", reason);
      case Failure.NoSuchRoute _ ->
          new ErrorReply(404, "NOT_FOUND", "Requested function was not found");
      case Failure.MethodNotAllowed(var method) ->
          new ErrorReply(405, "METHOD_NOT_ALLOWED", "Method " + method + " is not allowed");
      case Failure.NotAcceptable(var what) -> new ErrorReply(406, "NOT_ACCEPTABLE", what);
      case Failure.Malformed(var what) -> new ErrorReply(400, "BAD_REQUEST", what);
      case Failure.TooLarge _ ->
          new ErrorReply(413, "PAYLOAD_TOO_LARGE", "The request is too large");
      case Failure.UnsupportedMedia(var type) ->
          new ErrorReply(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported media type " + type);
      case Failure.Busy(var what) -> new ErrorReply(503, "SERVICE_UNAVAILABLE", what);
      case Failure.Crowded(var what) -> new ErrorReply(429, "RATE_LIMIT_EXCEEDED", what);
      case Failure.Unavailable(var what) -> new ErrorReply(503, "SERVICE_UNAVAILABLE", what);
      case Failure.Timeout(var what) -> new ErrorReply(504, "IDLE_TIMEOUT", what);
      case Failure.Database _, Failure.Internal _ -> internal();
    };
  }

  private static ErrorReply internal() {
    return new ErrorReply(500, "INTERNAL_ERROR", "Internal Server Error");
  }
}
