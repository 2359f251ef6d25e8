package io.stabbur.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.TokenBucket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An issuer a project trusts. Its tokens are checked with its secret or its published keys; where
/// neither fits, and the operator allows it, the issuer is asked for the account behind the token.
/// What was found out about a token is kept no longer than the keys that showed it, or than the
/// issuer's answer is believed, and its times are looked at with each use.
final class TrustedIssuer {
  private final IssuerSettings settings;
  private final TokenRules rules;
  private final ClaimMapping mapping;
  private final IssuerHttp http;
  private final Clock clock;
  private final @Nullable KeySet shared;
  private final @Nullable IssuerKeys published;
  private final TokenBucket allowance;
  private final Cache<String, Known> known =
      Caffeine.newBuilder()
          .maximumWeight(KeySet.CHARACTERS_KEPT)
          .weigher((String token, Known _) -> token.length())
          .build();

  /// What is known of a token: our claims for it, or that the issuer refused it.
  ///
  /// @param keys those that verified it; none when the issuer was asked
  /// @param until when the issuer's answer is no longer believed
  /// @param rights the claims that rooms decided by when it was found
  private record Known(
      @Nullable Claims claims, @Nullable KeySet keys, Instant until, Set<String> rights) {}

  TrustedIssuer(IssuerSettings settings, ClaimRights rights, IssuerHttp http, Clock clock) {
    this.settings = settings;
    this.rules = new TokenRules(settings.audience());
    this.mapping = new ClaimMapping(settings.mapping(), settings.roles(), rights);
    this.http = http;
    this.clock = clock;
    this.allowance = new TokenBucket(settings.asksPerMinute(), Duration.ofMinutes(1));
    var secret = settings.secret();
    shared = secret == null ? null : new KeySet(VerificationKey.all(Secret.of(secret)), rules);
    boolean publishes =
        settings.jwksUrl() != null || (secret == null && settings.userUrl() == null);
    published = publishes ? new IssuerKeys(settings, rules, http, clock) : null;
  }

  String issuer() {
    return settings.issuer();
  }

  String project() {
    return settings.project();
  }

  /// Whether the token can be judged without asking anybody.
  boolean isKnown(String token) {
    var found = known.getIfPresent(token);
    return found != null && stands(found);
  }

  /// Our claims for a token whose `iss` is this issuer. May ask the issuer, and so take a while.
  Claims verify(String token) {
    var found = known.getIfPresent(token);
    if (found == null || !stands(found)) {
      found = find(token);
      known.put(token, found);
    }
    if (found.claims == null) {
      throw new ApiException(new TokenError.BadSignature());
    }
    check(found.claims);
    return found.claims;
  }

  private boolean stands(Known found) {
    if (!found.rights.equals(mapping.rights().ofRooms().get())) {
      return false;
    }
    if (found.keys == null) {
      return clock.instant().isBefore(found.until);
    }
    return found.keys == shared || (published != null && published.isCurrent(found.keys));
  }

  private Known find(String token) {
    try {
      return locally(token);
    } catch (ApiException e) {
      if (settings.userUrl() != null && !fits(e)) {
        return ask(token);
      }
      throw e;
    }
  }

  private Known locally(String token) {
    if (shared != null) {
      try {
        return verified(token, shared);
      } catch (ApiException e) {
        if (published == null || fits(e)) {
          throw e;
        }
      }
    }
    if (published == null) {
      throw new ApiException(new TokenError.NoSuitableKey());
    }
    var keys = published.current();
    try {
      return verified(token, keys);
    } catch (ApiException e) {
      var newer = fits(e) ? keys : published.again();
      if (newer == keys) {
        throw e;
      }
      return verified(token, newer);
    }
  }

  /// Whether the refusal is about the token rather than about keys we do not have.
  private static boolean fits(ApiException e) {
    return !(e.error() instanceof TokenError.NoSuitableKey
        || e.error() instanceof TokenError.WrongAlgorithm
        || e.error() instanceof TokenError.BadSignature);
  }

  private Known verified(String token, KeySet keys) {
    var rights = mapping.rights().ofRooms().get();
    return new Known(mapped(keys.verify(token, clock)), keys, Instant.MAX, rights);
  }

  /// The issuer has checked the signature if it knows the account; the claims are the token's.
  private Known ask(String token) {
    var claims = TokenVerifier.unverified(token);
    check(claims);
    if (!allowance.take(clock.instant())) {
      throw new ApiException(new Failure.Busy("The issuer of the token is asked too often"));
    }
    var url = settings.userUrl();
    var user = url == null ? null : http.user(url, token, settings.userKey()).orElse(null);
    var id = user == null ? null : user.get("id");
    boolean same =
        id != null && id.isString() && claims.text("sub").equals(Optional.of(id.getStringValue()));
    var rights = mapping.rights().ofRooms().get();
    var until = clock.instant().plus(settings.userKept());
    return new Known(same ? mapped(claims) : null, null, until, rights);
  }

  private Claims mapped(Claims theirs) {
    check(theirs);
    return mapping.map(theirs);
  }

  /// A stranger's token must end, and must be meant for us where an audience is set.
  private void check(Claims claims) {
    if (claims.number("exp") == null) {
      throw new ApiException(new TokenError.WrongType("exp", "number"));
    }
    rules.check(claims, clock);
    if (settings.audience() != null && namesNobody(claims.tree().get("aud"))) {
      throw new ApiException(new TokenError.WrongAudience());
    }
  }

  private static boolean namesNobody(@Nullable JsonNode audience) {
    return audience == null || audience.isNull() || (audience.isArray() && audience.size() == 0);
  }
}
