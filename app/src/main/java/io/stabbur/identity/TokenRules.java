package io.stabbur.identity;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/// What must hold of a token's claims besides its signature. Thirty seconds of skew are forgiven.
///
/// @param audience the audience a token that names any must name; null accepts all
public record TokenRules(@Nullable String audience) {
  private static final long SKEW_SECONDS = 30;

  void check(Claims claims, Clock clock) {
    long now = clock.instant().getEpochSecond();
    var exp = time(claims, "exp");
    if (exp != null && now - SKEW_SECONDS > exp) {
      throw new ApiException(new TokenError.Expired());
    }
    var nbf = time(claims, "nbf");
    if (nbf != null && now + SKEW_SECONDS < nbf) {
      throw new ApiException(new TokenError.NotYetValid());
    }
    var iat = time(claims, "iat");
    if (iat != null && now + SKEW_SECONDS < iat) {
      throw new ApiException(new TokenError.IssuedInFuture());
    }
    if (!names(claims.tree().get("aud"), audience)) {
      throw new ApiException(new TokenError.WrongAudience());
    }
  }

  /// Forgives nothing.
  static void requireUnexpired(Claims claims, Clock clock) {
    var exp = time(claims, "exp");
    if (exp != null && clock.instant().getEpochSecond() >= exp) {
      throw new ApiException(new TokenError.Expired());
    }
  }

  private static @Nullable Long time(Claims claims, String name) {
    var node = claims.tree().get(name);
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isNumber()) {
      throw new ApiException(new TokenError.WrongType(name, "number"));
    }
    // saturates where a number is longer than a long
    return (long) node.getDoubleValue();
  }

  /// A token that names no audience is for everybody.
  private static boolean names(@Nullable JsonNode aud, @Nullable String audience) {
    if (aud == null || aud.isNull()) {
      return true;
    }
    if (aud.isString()) {
      return audience == null || aud.getStringValue().equals(audience);
    }
    if (!aud.isArray() || !allText(aud)) {
      throw new ApiException(new TokenError.WrongType("aud", "string or array of strings"));
    }
    return audience == null || aud.size() == 0 || contains(aud, audience);
  }

  private static boolean allText(JsonNode list) {
    for (var one : list.values()) {
      if (!one.isString()) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(JsonNode list, String text) {
    for (var one : list.values()) {
      if (one.getStringValue().equals(text)) {
        return true;
      }
    }
    return false;
  }
}
