package io.stabbur.auth.provider;

import com.nimbusds.jose.jwk.JWKSet;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Claims;
import io.stabbur.identity.KeySet;
import io.stabbur.identity.TokenError;
import io.stabbur.identity.TokenRules;
import io.stabbur.identity.VerificationKey;
import io.stabbur.platform.client.RemoteSnapshot;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Discovery documents and keys of OpenID Connect issuers, cached for ten minutes, and for ten more
/// while an issuer does not answer. A token signed with an unknown key has them refreshed, at most
/// every half minute.
@Singleton
final class OidcKeys {
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
  private final ProviderHttp http;
  private final Clock clock;
  private final Map<String, RemoteSnapshot<Published>> issuers = new ConcurrentHashMap<>();

  private record Published(Discovery discovery, KeySet keys) {}

  /// The addresses an issuer publishes.
  record Discovery(
      String issuer, String authorization, String token, String userInfo, JsonNode json) {
    /// Whether tokens come in the name of every tenant of a service, as from Azure's common
    /// address.
    boolean isForManyTenants() {
      return issuer.contains("{tenantid}");
    }
  }

  OidcKeys(ProviderHttp http, Clock clock) {
    this.http = http;
    this.clock = clock;
  }

  Discovery discover(String issuer) {
    return snapshot(issuer).youngerThan(KEPT).discovery;
  }

  /// The claims of an id token of this issuer; times and signature are checked, nothing else.
  Claims verify(String issuer, String idToken) {
    try {
      return snapshot(issuer).youngerThan(KEPT).keys.verify(idToken, clock);
    } catch (ApiException e) {
      if (e.error() instanceof TokenError.NoSuitableKey
          || e.error() instanceof TokenError.BadSignature
          || e.error() instanceof TokenError.WrongAlgorithm) {
        return snapshot(issuer).refreshedWithin(LOOK_AGAIN).keys.verify(idToken, clock);
      }
      throw e;
    }
  }

  private RemoteSnapshot<Published> snapshot(String issuer) {
    return issuers.computeIfAbsent(
        issuer, _ -> new RemoteSnapshot<>(_ -> fetch(issuer), KEPT.multipliedBy(2), clock));
  }

  private Published fetch(String issuer) {
    var json = http.get(issuer.replaceAll("/+$", "") + "/.well-known/openid-configuration", "");
    var discovery =
        new Discovery(
            Json.text(json, "issuer"),
            Json.text(json, "authorization_endpoint"),
            Json.text(json, "token_endpoint"),
            Json.text(json, "userinfo_endpoint"),
            json);
    return new Published(discovery, keys(http.get(Json.text(json, "jwks_uri"), "")));
  }

  /// Public keys only: a published shared secret would let everybody sign.
  private static KeySet keys(JsonNode jwks) {
    try {
      List<VerificationKey> keys =
          JWKSet.parse(Json.write(jwks)).getKeys().stream()
              .filter(key -> !key.getKeyType().getValue().equals("oct"))
              .filter(key -> key.getKeyUse() == null || key.getKeyUse().identifier().equals("sig"))
              .map(VerificationKey::of)
              .toList();
      return new KeySet(keys, new TokenRules(null));
    } catch (ParseException _) {
      throw ProviderHttp.failed();
    }
  }
}
