package io.stabbur.functions.http;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.error.FunctionError.Fault;
import io.stabbur.identity.Caller;
import io.stabbur.identity.KeySets;
import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.text.ParseException;

/// Asks for a valid token where a function does (`verify_jwt`). Only its signature and its times
/// count, never its role. An opaque key (`sb_…`) is no token; a preflight needs none.
@Singleton
final class TokenGate {
  private final KeySets keys;

  TokenGate(KeySets keys) {
    this.keys = keys;
  }

  /// Refuses a request without a valid token.
  void requireToken(HttpRequest<?> request, Caller caller) {
    if (request.getMethod() == HttpMethod.OPTIONS || caller.authenticated()) {
      return;
    }
    var header = request.getHeaders().get("Authorization");
    if (header == null || header.isBlank()) {
      throw new ApiException(new FunctionError.NoToken());
    }
    var parts = header.strip().split("\\s+", -1);
    if (parts.length != 2 || !parts[0].equalsIgnoreCase("bearer")) {
      throw bad(Fault.INVALID_JWT_FORMAT);
    }
    // a token that is an API key of the older form too: the gateway took it for the key
    try {
      var _ = keys.verify(caller.project(), parts[1]);
    } catch (ApiException e) {
      throw e.error() instanceof TokenError why ? bad(fault(why, parts[1])) : e;
    }
  }

  private static Fault fault(TokenError why, String token) {
    return switch (why) {
      case TokenError.WrongAlgorithm _ -> Fault.UNSUPPORTED_TOKEN_ALGORITHM;
      case TokenError.Empty _, TokenError.Parts _, TokenError.Undecodable _ ->
          Fault.INVALID_JWT_FORMAT;
      case TokenError.NoKeys _,
          TokenError.NoSuitableKey _,
          TokenError.BadSignature _,
          TokenError.Expired _,
          TokenError.NotYetValid _,
          TokenError.IssuedInFuture _,
          TokenError.WrongAudience _,
          TokenError.WrongType _ ->
          isShared(token) ? Fault.LEGACY_JWT : Fault.ASYMMETRIC_JWT;
    };
  }

  /// Whether the token says that it was signed with the shared secret.
  private static boolean isShared(String token) {
    try {
      var header =
          JWSHeader.parse(new Base64URL(token.substring(0, Math.max(0, token.indexOf('.')))));
      return JWSAlgorithm.Family.HMAC_SHA.contains(header.getAlgorithm());
    } catch (ParseException | IllegalArgumentException e) {
      return false;
    }
  }

  private static ApiException bad(Fault fault) {
    return new ApiException(new FunctionError.BadToken(fault));
  }
}
