package io.stabbur.data;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.data.ErrorTexts.Details;
import io.stabbur.data.ErrorTexts.ErrorText;
import io.stabbur.data.error.DataError;
import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.ErrorRenderer;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.platform.http.StatusLine;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Errors under the data API: the only place that knows what each is called on the wire.
@Singleton
@Order(Ordered.HIGHEST_PRECEDENCE)
final class DataErrorRenderer implements ErrorRenderer {
  private final DataSettings settings;
  private final DataRules.Verbosity verbosity;

  DataErrorRenderer(DataSettings settings) {
    this.settings = settings;
    this.verbosity =
        settings.errorDetails() ? DataRules.Verbosity.VERBOSE : DataRules.Verbosity.MINIMAL;
  }

  @Override
  public String prefix() {
    return settings.path();
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    return reply(
        request,
        switch (error) {
          case DataError own -> ErrorTexts.of(own);
          case TokenError token -> token(token);
          case Failure shared -> shared(shared);
          default -> shared(new Failure.Internal());
        });
  }

  private MutableHttpResponse<?> reply(HttpRequest<?> request, ErrorText text) {
    var rules = RequestContext.of(request).get(DataRules.class);
    var response =
        text.reason() == null
            ? StatusLine.<byte[]>of(text.status())
            : HttpResponse.<byte[]>status(text.status(), text.reason());
    var headers = response.getHeaders();
    headers.set("Content-Type", "application/json; charset=utf-8");
    headers.set("Proxy-Status", "PostgREST; error=" + text.code());
    text.headers().forEach(headers::set);
    HttpAdapter.finish(
        request, response, rules.map(DataRules::traceHeader).orElse(settings.traceHeader()));
    return response.body(ErrorBody.of(text, rules.map(DataRules::errors).orElse(verbosity)));
  }

  private static ErrorText token(TokenError error) {
    return switch (error) {
      case TokenError.Empty _ -> undecodable("Empty JWT is sent in Authorization header", null);
      case TokenError.NoKeys _ ->
          new ErrorText(500, null, "PGRST300", "Server lacks JWT secret", null, null, Map.of());
      case TokenError.Parts(var found) ->
          undecodable("Expected 3 parts in JWT; got " + found, null);
      case TokenError.Undecodable _ -> undecodable("JWT cryptographic operation failed", null);
      case TokenError.NoSuitableKey _ ->
          undecodable(
              "No suitable key or wrong key type", "None of the keys was able to decode the JWT");
      case TokenError.WrongAlgorithm(var algorithm) ->
          undecodable(
              "Wrong or unsupported encoding algorithm",
              "JWT is unsecured but expected 'alg' was not 'none'");
      case TokenError.BadSignature _ ->
          undecodable(
              "No suitable key or wrong key type", "None of the keys was able to decode the JWT");
      case TokenError.Expired _ -> rejected("JWT expired");
      case TokenError.NotYetValid _ -> rejected("JWT not yet valid");
      case TokenError.IssuedInFuture _ -> rejected("JWT issued at future");
      case TokenError.WrongAudience _ -> rejected("JWT not in audience");
      case TokenError.WrongType(var claim, var expected) ->
          rejected("The JWT '" + claim + "' claim must be " + expected(expected));
    };
  }

  private static String expected(String type) {
    return switch (type) {
      case "number" -> "a number";
      case "string" -> "a string";
      default -> "a string or an array of strings";
    };
  }

  private static ErrorText undecodable(String message, @Nullable String details) {
    var text = details == null ? null : new Details.Text(details);
    return new ErrorText(401, null, "PGRST301", message, text, null, challenge(message));
  }

  private static ErrorText rejected(String message) {
    return new ErrorText(401, null, "PGRST303", message, null, null, challenge(message));
  }

  private static Map<String, String> challenge(String message) {
    return Map.of(
        "WWW-Authenticate",
        "Bearer error=\"invalid_token\", error_description=\"" + message + "\"");
  }

  private static ErrorText shared(Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated(var reason) ->
          ErrorText.of(401, "PGRST302", reason).header("WWW-Authenticate", "Bearer");
      case Failure.Revoked(var reason) -> rejected(reason);
      case Failure.Forbidden(var reason) -> ErrorText.of(403, "42501", reason);
      case Failure.NoSuchRoute _ -> ErrorTexts.of(new DataError.InvalidPath());
      case Failure.MethodNotAllowed(var method) ->
          ErrorTexts.of(new DataError.MethodNotSupported(method));
      case Failure.NotAcceptable(var what) -> ErrorText.of(406, "PGRST107", what);
      case Failure.Malformed(var what) -> ErrorText.of(400, "PGRST102", what);
      case Failure.TooLarge _ -> ErrorText.of(413, "PGRST102", "The request is too large");
      case Failure.UnsupportedMedia(var type) ->
          ErrorText.of(415, "PGRST102", "Content-Type not acceptable: " + type);
      case Failure.Busy _ ->
          ErrorText.of(504, "PGRST003", "Timed out acquiring connection from connection pool.");
      case Failure.Crowded(var what) -> ErrorText.of(429, "PGRST003", what);
      case Failure.Unavailable(var what) ->
          ErrorText.of(503, "PGRST000", "Database connection error.").details(what);
      case Failure.Timeout(var what) -> ErrorText.of(504, "PGRST003", what);
      case Failure.Database(var state, var message, var detail, var hint, _) ->
          SqlStates.text(
              new DataError.Database(state, message, detail, hint, DataError.Standing.KNOWN));
      case Failure.Internal _ -> ErrorText.of(500, "PGRSTX00", "Internal server error");
    };
  }
}
