package io.stabbur.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.ApiKey;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The keys a project accepts at one moment, and the tokens they have verified. A rotation makes a
/// new set, so nothing verified by a withdrawn key outlives it; times are checked at every use.
public final class KeySet {
  /// The claim that says what a token of ours is for, where it is no access token.
  public static final String USE = "stabbur_use";

  /// Of an id token: it tells a program who somebody is, and opens nothing.
  public static final String IDENTITY = "id";

  /// Most characters of the tokens that are kept: those of ten thousand usual ones. A person can
  /// have metadata of many thousand characters put into each of theirs.
  static final int CHARACTERS_KEPT = 10_000 * 1_024;

  private final List<VerificationKey> keys;
  private final TokenRules rules;
  private final RoleClaim role;
  private final Function<String, Optional<ApiKey>> apiKey;
  private final Consumer<ApiKey> used;
  private final Cache<String, Verified> verified =
      Caffeine.newBuilder()
          .maximumWeight(CHARACTERS_KEPT)
          .weigher((String token, Verified _) -> token.length())
          .recordStats()
          .build();

  /// What a token says.
  ///
  /// @param placed the same with the role in its place
  /// @param apiKey which it is, where it is one of the older form
  private record Verified(Claims claims, Claims placed, @Nullable ApiKey apiKey) {}

  public KeySet(List<VerificationKey> keys, TokenRules rules) {
    this(keys, rules, RoleClaim.IN_PLACE, _ -> Optional.empty(), _ -> {});
  }

  /// @param role where tokens name their role
  /// @param apiKey the API key of the older form that a token without a user is: a revoked one is
  ///   no longer good although its signature is
  /// @param used told of each use of such a key
  KeySet(
      List<VerificationKey> keys,
      TokenRules rules,
      RoleClaim role,
      Function<String, Optional<ApiKey>> apiKey,
      Consumer<ApiKey> used) {
    this.keys = List.copyOf(keys);
    this.rules = rules;
    this.role = role;
    this.apiKey = apiKey;
    this.used = used;
  }

  /// The claims of a token that one of these keys signed and whose times hold now.
  ///
  /// @throws ApiException with a [TokenError]
  public Claims verify(String token, Clock clock) {
    return verified(token, clock).claims;
  }

  /// The same claims with the role where everything here looks for it.
  ///
  /// @throws ApiException with a [TokenError]
  Claims verifyPlaced(String token, Clock clock) {
    return verified(token, clock).placed;
  }

  private Verified verified(String token, Clock clock) {
    var known = verified.getIfPresent(token);
    if (known == null) {
      var claims = TokenVerifier.verify(token, this);
      var key = claims.text("sub").isEmpty() ? apiKey.apply(token).orElse(null) : null;
      if (key != null && !key.counts()) {
        throw new ApiException(new TokenError.NoSuitableKey());
      }
      if (claims.text(USE).filter(IDENTITY::equals).isPresent()) {
        throw new ApiException(new TokenError.WrongAudience());
      }
      known = new Verified(claims, role.placed(claims), key);
      verified.put(token, known);
    }
    rules.check(known.claims, clock);
    if (known.apiKey != null) {
      used.accept(known.apiKey);
    }
    return known;
  }

  /// How often a token was looked up among those verified, and how often it was there.
  ///
  /// @param evictions how many made room for others
  public record CacheUse(long requests, long hits, long evictions) {}

  public CacheUse cache() {
    var stats = verified.stats();
    return new CacheUse(stats.requestCount(), stats.hitCount(), stats.evictionCount());
  }

  /// The key named by `kid`; else the first that fits the algorithm and has no name, or any where
  /// the token names none.
  Optional<VerificationKey> find(@Nullable String kid, String algorithm) {
    var fitting = keys.stream().filter(key -> key.fits(algorithm)).toList();
    return fitting.stream()
        .filter(key -> kid != null && kid.equals(key.id()))
        .findFirst()
        .or(() -> fitting.stream().filter(key -> kid == null || key.id() == null).findFirst());
  }

  /// Whether a signature is worth a look where many key sets may be asked: shared secrets are
  /// checked in microseconds, a public key only if the token names it or it has no name.
  boolean mayBeFrom(TokenVerifier.Signer signer) {
    return find(signer.key(), signer.algorithm())
        .filter(
            key ->
                key instanceof VerificationKey.Shared
                    || key.id() == null
                    || key.id().equals(signer.key()))
        .isPresent();
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  /// Whether any key could check a signature of this algorithm.
  boolean knows(String algorithm) {
    return keys.stream().anyMatch(key -> key.fits(algorithm));
  }
}
