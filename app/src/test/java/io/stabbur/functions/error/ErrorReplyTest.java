package io.stabbur.functions.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.stabbur.functions.error.FunctionError.Fault;
import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Status, code and message of errors around functions.
class ErrorReplyTest {
  private static final ErrorReply INTERNAL =
      new ErrorReply(500, "INTERNAL_ERROR", "Internal Server Error");

  private static Arguments row(ApiError error, int status, String code, String message) {
    return arguments(error, new ErrorReply(status, code, message));
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        row(
            new FunctionError.NoSuchFunction(),
            404,
            "NOT_FOUND",
            "Requested function was not found"),
        row(
            new FunctionError.NoToken(),
            401,
            "UNAUTHORIZED_NO_AUTH_HEADER",
            "Missing authorization header"),
        row(
            new FunctionError.BootFailed(),
            503,
            "BOOT_ERROR",
            "Function failed to start (please check logs)"),
        row(
            new FunctionError.Crashed(),
            500,
            "WORKER_ERROR",
            "Function exited due to an error (please check logs)"),
        row(
            new FunctionError.LimitReached(),
            546,
            "WORKER_LIMIT",
            "Function failed due to not having enough compute resources (please check logs)"),
        row(
            new FunctionError.NoResponse(),
            504,
            "IDLE_TIMEOUT",
            "The function did not respond in time"),
        row(
            new FunctionError.NoRuntime(),
            503,
            "BOOT_ERROR",
            "This server has no Deno to run functions; install Deno 2, or name it with"
                + " stabbur.functions.deno"),
        row(new FunctionError.Rejected("no"), 400, "BAD_REQUEST", "no"),
        row(new FunctionError.Unknown("Secret"), 404, "NOT_FOUND", "Secret was not found"),
        row(new TokenError.BadSignature(), 401, "UNAUTHORIZED_INVALID_JWT_FORMAT", "Invalid JWT"),
        row(new TokenError.Expired(), 401, "UNAUTHORIZED_INVALID_JWT_FORMAT", "Invalid JWT"),
        row(new Failure.Unauthenticated("r"), 401, "UNAUTHORIZED", "r"),
        row(new Failure.Revoked("r"), 401, "UNAUTHORIZED", "r"),
        row(new Failure.Forbidden("r"), 403, "FORBIDDEN", "r"),
        row(
            new Failure.NoSuchRoute("/secret"),
            404,
            "NOT_FOUND",
            "Requested function was not found"),
        row(
            new Failure.MethodNotAllowed("TRACE"),
            405,
            "METHOD_NOT_ALLOWED",
            "Method TRACE is not allowed"),
        row(new Failure.NotAcceptable("w"), 406, "NOT_ACCEPTABLE", "w"),
        row(new Failure.Malformed("w"), 400, "BAD_REQUEST", "w"),
        row(new Failure.TooLarge(1), 413, "PAYLOAD_TOO_LARGE", "The request is too large"),
        row(
            new Failure.UnsupportedMedia("a/b"),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Unsupported media type a/b"),
        row(new Failure.Busy("w"), 503, "SERVICE_UNAVAILABLE", "w"),
        row(new Failure.Crowded("w"), 429, "RATE_LIMIT_EXCEEDED", "w"),
        row(new Failure.Unavailable("w"), 503, "SERVICE_UNAVAILABLE", "w"),
        row(new Failure.Timeout("w"), 504, "IDLE_TIMEOUT", "w"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void anErrorHasItsStatusCodeAndMessage(ApiError error, ErrorReply reply) {
    assertThat(ErrorReply.of(error)).isEqualTo(reply);
  }

  static Stream<ApiError> ofTheServer() {
    return Stream.of(
        new Failure.Internal(),
        new Failure.Database("42501", "secret", "secret", "secret", "secret"),
        new ApiError() {});
  }

  @ParameterizedTest
  @MethodSource("ofTheServer")
  void ofAMistakeOfTheServerNothingIsTold(ApiError error) {
    assertThat(ErrorReply.of(error)).isEqualTo(INTERNAL);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrongWithATokenIsItsCode(Fault fault) {
    assertThat(ErrorReply.of(new FunctionError.BadToken(fault)))
        .isEqualTo(new ErrorReply(401, "UNAUTHORIZED_" + fault.name(), "Invalid JWT"));
  }
}
