package io.stabbur.identity;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The published keys of one issuer. They are believed for a while, looked for again when a token
/// names one we have not seen, though not more often than every half minute, and used a little
/// longer while the issuer does not answer.
final class IssuerKeys {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
  private final IssuerSettings settings;
  private final TokenRules rules;
  private final IssuerHttp http;
  private final Clock clock;
  private volatile @Nullable Fetched fetched;

  /// Keys, the document they came from, and when it was last seen.
  private record Fetched(KeySet keys, String document, Instant at) {}

  IssuerKeys(IssuerSettings settings, TokenRules rules, IssuerHttp http, Clock clock) {
    this.settings = settings;
    this.rules = rules;
    this.http = http;
    this.clock = clock;
  }

  /// Whether this set may still be used without looking.
  boolean isCurrent(KeySet keys) {
    var known = fetched;
    return known != null && known.keys == keys && youngerThan(known, settings.keysKept());
  }

  KeySet current() {
    return atMost(settings.keysKept());
  }

  /// For a token that the keys we know do not fit.
  KeySet again() {
    return atMost(LOOK_AGAIN);
  }

  private KeySet atMost(Duration age) {
    var known = fetched;
    return known != null && youngerThan(known, age) ? known.keys : look(age);
  }

  /// One at a time; who waited takes what the other found.
  private synchronized KeySet look(Duration age) {
    var known = fetched;
    if (known != null && youngerThan(known, age)) {
      return known.keys;
    }
    try {
      var document = Json.write(http.document(address()));
      // the same keys stay the same set, so what they have verified is kept
      var keys =
          known != null && known.document.equals(document) ? known.keys : parse(document, rules);
      fetched = new Fetched(keys, document, clock.instant());
      return keys;
    } catch (ApiException e) {
      if (known != null && youngerThan(known, settings.keysKept().multipliedBy(2))) {
        return known.keys;
      }
      throw e;
    }
  }

  private boolean youngerThan(Fetched known, Duration age) {
    return clock.instant().isBefore(known.at.plus(age));
  }

  private URI address() {
    var given = settings.jwksUrl();
    return given != null ? given : URI.create(discovered());
  }

  /// OpenID Connect Discovery 1.0: the document must be the issuer's own.
  private String discovered() {
    var base = settings.issuer().replaceFirst("/+$", "");
    var document = http.document(URI.create(base + "/.well-known/openid-configuration"));
    if (!text(document, "issuer").equals(settings.issuer())) {
      throw unusable();
    }
    return text(document, "jwks_uri");
  }

  /// Public keys only: a published secret would let everybody sign.
  private static KeySet parse(String document, TokenRules rules) {
    try {
      List<VerificationKey> keys =
          JWKSet.parse(document).getKeys().stream()
              .filter(key -> !KeyType.OCT.equals(key.getKeyType()))
              .filter(key -> key.getKeyUse() == null || key.getKeyUse().identifier().equals("sig"))
              .map(VerificationKey::of)
              .toList();
      return new KeySet(keys, rules);
    } catch (ParseException | IllegalArgumentException _) {
      throw unusable();
    }
  }

  private static String text(JsonNode document, String name) {
    var value = document.get(name);
    if (value == null || !value.isString()) {
      throw unusable();
    }
    return value.getStringValue();
  }

  private static ApiException unusable() {
    return new ApiException(
        new Failure.Unavailable("The issuer of the token publishes no usable keys"));
  }
}
