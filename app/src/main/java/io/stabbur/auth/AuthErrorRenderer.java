package io.stabbur.auth;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.Fields;
import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.ErrorRenderer;
import io.stabbur.platform.http.StatusLine;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Set;

/// Writes errors as auth clients expect them. Clients that name an API version from 2024-01-01 on
/// get the code as `code`; older ones get the status there and the code as `error_code`.
@Singleton
final class AuthErrorRenderer implements ErrorRenderer {
  /// What Postgres says of the character NUL, in a text and in JSON.
  private static final Set<String> UNSTORABLE = Set.of("22021", "22P05");

  /// What it says of a text that its column is too short for.
  private static final String TOO_LONG = "22001";

  private static final String VERSION_HEADER = "X-Supabase-Api-Version";
  private static final LocalDate VERSION = LocalDate.of(2024, 1, 1);

  @Override
  public String prefix() {
    return "/auth/v1";
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    return switch (error) {
      case AuthError.Refused(int status, var code, var message) ->
          answer(request, status, code, message, new Fields());
      case AuthError.WeakPassword(var message, var reasons) ->
          answer(
              request,
              422,
              AuthCode.WEAK_PASSWORD,
              message,
              new Fields().put("weak_password", new Fields().put("reasons", reasons).node()));
      case AuthError.OAuth(var name, var description) ->
          json(400, new Fields().put("error", name).put("error_description", description));
      case AuthError.UnknownClient(var description, boolean challenged) ->
          unknownClient(description, challenged);
      case TokenError token -> token(request, token);
      case Failure failure -> shared(request, failure);
      default -> shared(request, new Failure.Internal());
    };
  }

  private static MutableHttpResponse<?> unknownClient(String description, boolean challenged) {
    var response =
        json(
            401, new Fields().put("error", "invalid_client").put("error_description", description));
    return challenged ? response.header("WWW-Authenticate", "Basic realm=\"oauth\"") : response;
  }

  private static MutableHttpResponse<?> token(HttpRequest<?> request, TokenError error) {
    var why =
        switch (error) {
          case TokenError.Empty _ -> "token is missing";
          case TokenError.NoKeys _ -> "no key is set up to check tokens with";
          case TokenError.Parts _ ->
              "token is malformed: token contains an invalid number of segments";
          case TokenError.Undecodable(var part) ->
              "token is malformed: could not base64 decode " + part;
          case TokenError.NoSuitableKey _ -> "unrecognized JWT kid for algorithm";
          case TokenError.WrongAlgorithm _ -> "signing method is invalid";
          case TokenError.BadSignature _ -> "signature is invalid";
          case TokenError.Expired _ -> "token is expired";
          case TokenError.NotYetValid _ -> "token is not valid yet";
          case TokenError.IssuedInFuture _ -> "token used before issued";
          case TokenError.WrongAudience _ -> "token has invalid audience";
          case TokenError.WrongType(var claim, _) -> "claim " + claim + " has the wrong type";
        };
    return answer(
        request,
        403,
        AuthCode.BAD_JWT,
        "invalid JWT: unable to parse or verify signature, " + why,
        new Fields());
  }

  private static MutableHttpResponse<?> shared(HttpRequest<?> request, Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated(var reason) -> json(401, new Fields().put("message", reason));
      case Failure.Revoked(var reason) ->
          answer(request, 403, AuthCode.SESSION_NOT_FOUND, reason, new Fields());
      case Failure.Forbidden(var reason) ->
          answer(request, 403, AuthCode.NOT_ADMIN, reason, new Fields());
      case Failure.NoSuchRoute _ ->
          answer(request, 404, AuthCode.VALIDATION_FAILED, "404 page not found", new Fields());
      case Failure.MethodNotAllowed(var method) ->
          answer(request, 405, AuthCode.VALIDATION_FAILED, "Method not allowed", new Fields());
      case Failure.NotAcceptable(var what) ->
          answer(request, 406, AuthCode.VALIDATION_FAILED, what, new Fields());
      case Failure.Malformed(var what) ->
          answer(
              request, 400, AuthCode.BAD_JSON, "Could not read the request: " + what, new Fields());
      case Failure.TooLarge _ ->
          answer(
              request,
              413,
              AuthCode.REQUEST_ENTITY_TOO_LARGE,
              "Request body is too large",
              new Fields());
      case Failure.UnsupportedMedia(var type) ->
          answer(
              request,
              415,
              AuthCode.VALIDATION_FAILED,
              "Unsupported media type " + type,
              new Fields());
      case Failure.Busy(var what) ->
          answer(request, 503, AuthCode.UNEXPECTED_FAILURE, what, new Fields());
      case Failure.Crowded(var what) ->
          answer(request, 429, AuthCode.OVER_REQUEST_RATE_LIMIT, what, new Fields());
      case Failure.Unavailable _ ->
          answer(
              request,
              503,
              AuthCode.UNEXPECTED_FAILURE,
              "The service is not available",
              new Fields());
      case Failure.Timeout _ ->
          answer(
              request,
              504,
              AuthCode.REQUEST_TIMEOUT,
              "Processing this request timed out, please retry after a moment.",
              new Fields());
      case Failure.Database database -> database(request, database);
      case Failure.Internal _ -> unexpected(request);
    };
  }

  /// What a trigger of the project raises is told, in the older format only; nothing else is. A
  /// constraint of `auth` itself would tell whose address is taken.
  private static MutableHttpResponse<?> database(HttpRequest<?> request, Failure.Database error) {
    var state = error.sqlState();
    if (UNSTORABLE.contains(state)) {
      return answer(
          request,
          400,
          AuthCode.VALIDATION_FAILED,
          "A text holds a character that cannot be stored",
          new Fields());
    }
    if (state.equals(TOO_LONG)) {
      return answer(
          request,
          400,
          AuthCode.VALIDATION_FAILED,
          "A text is longer than what can be stored",
          new Fields());
    }
    boolean raised = state.startsWith("23") || state.equals("P0001") || state.startsWith("PT");
    if (!raised || "auth".equals(error.schema()) || isNew(request)) {
      return unexpected(request);
    }
    int status = state.matches("PT[45][0-9]{2}") ? Integer.parseInt(state.substring(2)) : 500;
    return json(
        status,
        new Fields()
            .put("code", state)
            .put("message", error.message())
            .maybe("hint", error.hint())
            .maybe("detail", error.detail()));
  }

  private static MutableHttpResponse<?> unexpected(HttpRequest<?> request) {
    return answer(
        request,
        500,
        AuthCode.UNEXPECTED_FAILURE,
        "Unexpected failure, please check server logs for more information",
        new Fields());
  }

  private static MutableHttpResponse<?> answer(
      HttpRequest<?> request, int status, AuthCode code, String message, Fields extra) {
    var fields = new Fields();
    if (isNew(request)) {
      fields.put("code", code.wire()).put("message", message);
    } else {
      fields.put("code", status).put("error_code", code.wire()).put("msg", message);
    }
    var response = json(status, fields.merge(extra.node())).header("x-sb-error-code", code.wire());
    return isNew(request) ? response.header(VERSION_HEADER, VERSION.toString()) : response;
  }

  private static boolean isNew(HttpRequest<?> request) {
    var asked = request.getHeaders().get(VERSION_HEADER);
    try {
      return asked != null && !LocalDate.parse(asked.strip()).isBefore(VERSION);
    } catch (DateTimeParseException _) {
      return false;
    }
  }

  private static MutableHttpResponse<String> json(int status, Fields fields) {
    return StatusLine.<String>of(status)
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(Json.write(fields.node()));
  }
}
