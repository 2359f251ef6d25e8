package io.stabbur.identity;

import io.stabbur.project.ApiKeyStore;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.SigningKeyStore;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// The keys each project accepts now: the shared secret, and every signing key that was not
/// revoked. A change of the API keys makes a new set too, since older ones are tokens.
@Singleton
public final class KeySets {
  private final GatewaySettings settings;
  private final TrustedIssuers issuers;
  private final Clock clock;
  private final RoleClaim role;
  private final PerProject<AtomicReference<Dated>> sets =
      new PerProject<>(_ -> new AtomicReference<>(new Dated("", 0, null)));

  private record Dated(
      String version, long apiKeys, @org.jspecify.annotations.Nullable KeySet set) {}

  KeySets(GatewaySettings settings, TrustedIssuers issuers, Clock clock) {
    this.settings = settings;
    this.issuers = issuers;
    this.clock = clock;
    this.role = RoleClaim.of(settings.roleClaim());
  }

  /// The claims of a token that the project signed itself, or an issuer it trusts. The latter may
  /// be asked, so this is not for an event loop.
  ///
  /// @throws ApiException with a [TokenError]
  public Claims verify(Project project, String token) {
    return issuers
        .of(project, token)
        .map(issuer -> issuer.verify(token))
        .orElseGet(() -> of(project).verifyPlaced(token, clock));
  }

  /// The claims of a token that the project signed itself, whoever else it trusts.
  ///
  /// @throws ApiException with a [TokenError]
  Claims verifyOwn(Project project, String token) {
    return of(project).verify(token, clock);
  }

  /// Refuses a token whose end has come, as those rooms do whose originals forgive nothing.
  Claims requireUnexpired(Claims claims) {
    TokenRules.requireUnexpired(claims, clock);
    return claims;
  }

  public KeySet of(Project project) {
    var stored = SigningKeyStore.of(project).now();
    var apiKeys = ApiKeyStore.of(project).now();
    var holder = sets.of(project);
    var known = holder.get();
    if (known.set != null
        && known.version.equals(stored.version())
        && known.apiKeys == apiKeys.version()) {
      return known.set;
    }
    var made = make(project, stored, apiKeys);
    holder.set(new Dated(stored.version(), apiKeys.version(), made));
    return made;
  }

  private KeySet make(
      Project project, SigningKeyStore.Snapshot stored, ApiKeyStore.Snapshot apiKeys) {
    var keys = new ArrayList<VerificationKey>(VerificationKey.all(project.keys().jwtSecret()));
    stored.keys().forEach(key -> keys.add(VerificationKey.of(key.jwk())));
    return new KeySet(
        keys,
        new TokenRules(settings.audience()),
        role,
        apiKeys::find,
        ApiKeyStore.of(project)::noteUse);
  }
}
