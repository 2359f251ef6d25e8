package io.stabbur.identity;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.client.RemoteSnapshot;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The published keys of one issuer, cached for `keys-kept`. A token that names an unknown key has
/// them refreshed, at most every half minute. While the issuer does not answer they are used for
/// twice their time.
final class IssuerKeys {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
  private final IssuerSettings settings;
  private final TokenRules rules;
  private final IssuerHttp http;
  private final RemoteSnapshot<Published> published;

  /// Keys, and the document they came from.
  private record Published(KeySet keys, String document) {}

  IssuerKeys(IssuerSettings settings, TokenRules rules, IssuerHttp http, Clock clock) {
    this.settings = settings;
    this.rules = rules;
    this.http = http;
    this.published = new RemoteSnapshot<>(this::fetch, settings.keysKept().multipliedBy(2), clock);
  }

  /// Whether this set may still be used without a refresh.
  boolean isCurrent(KeySet keys) {
    return published.holds(known -> known.keys == keys, settings.keysKept());
  }

  KeySet current() {
    return published.youngerThan(settings.keysKept()).keys;
  }

  /// For a token that no known key fits.
  KeySet again() {
    return published.refreshedWithin(LOOK_AGAIN).keys;
  }

  private Published fetch(@Nullable Published previous) {
    var document = Json.write(http.document(address()));
    // an unchanged document keeps its key set, and with it the cache of verified tokens
    return previous != null && previous.document.equals(document)
        ? previous
        : new Published(parse(document, rules), document);
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
