package io.stabbur.realtime.channel;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.identity.ChannelCallers;
import io.stabbur.identity.Claims;
import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Verifies the tokens that channels show, and says what is wrong with one in the original's words.
@Singleton
final class ChannelTokens {
  private static final ChannelError MISSING =
      new ChannelError("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");

  private final ChannelCallers callers;
  private final Clock clock;

  ChannelTokens(ChannelCallers callers, Clock clock) {
    this.callers = callers;
    this.clock = clock;
  }

  /// Whether a token of a client stands for no user: the key of the socket counts then.
  static boolean isKey(@Nullable String token) {
    return token == null || token.startsWith("sb_");
  }

  /// Who bears the token. Not for an event loop.
  ///
  /// @throws ChannelRefusal for one that does not hold now
  Caller verify(Caller opened, String token) {
    try {
      var caller = callers.of(opened, token);
      requireClaims(caller.claims());
      if (expires(caller.claims()).isBefore(clock.instant())) {
        throw new ChannelRefusal(ChannelError.expired(caller.claims(), clock.instant()));
      }
      return caller;
    } catch (ApiException e) {
      throw new ChannelRefusal(
          e.error() instanceof TokenError error ? told(error, token) : unknown());
    }
  }

  /// The caller of a token that was verified long ago, looked at closely.
  Caller closely(Caller caller) {
    return callers.closely(caller);
  }

  boolean isKey(Caller opened, String key) {
    return callers.isKey(opened.project(), key);
  }

  /// When a caller's token ends; never for a key that does not.
  static Instant expires(Claims claims) {
    var end = claims.tree().get("exp");
    return end == null || !end.isNumber()
        ? Instant.MAX
        : Instant.ofEpochMilli((long) (end.getDoubleValue() * 1000));
  }

  private static void requireClaims(Claims claims) {
    if (claims.text("role").filter(role -> !role.isEmpty()).isEmpty() || !hasEnd(claims)) {
      throw new ChannelRefusal(MISSING);
    }
  }

  private static boolean hasEnd(Claims claims) {
    JsonNode end = claims.tree().get("exp");
    return end != null && end.isNumber();
  }

  private ChannelError told(TokenError error, String token) {
    return switch (error) {
      case TokenError.Empty _, TokenError.Parts _, TokenError.Undecodable _ ->
          new ChannelError("MalformedJWT", "The token provided is not a valid JWT");
      case TokenError.BadSignature _ ->
          new ChannelError("JwtSignatureError", "Failed to validate JWT signature");
      case TokenError.NoKeys _, TokenError.NoSuitableKey _, TokenError.WrongAlgorithm _ ->
          new ChannelError("JwtSignerError", "Failed to generate JWT signer");
      case TokenError.Expired _ -> ChannelError.expired(callers.unverified(token), clock.instant());
      case TokenError.NotYetValid _, TokenError.IssuedInFuture _ ->
          new ChannelError("InvalidJWTToken", "Token is not valid yet");
      case TokenError.WrongAudience _ ->
          new ChannelError("InvalidJWTToken", "Token is for another audience");
      case TokenError.WrongType(var claim, var expected) ->
          new ChannelError("InvalidJWTToken", "Claim `" + claim + "` must be a " + expected);
    };
  }

  private static ChannelError unknown() {
    return new ChannelError("InvalidJWTToken", "The token could not be verified");
  }
}
