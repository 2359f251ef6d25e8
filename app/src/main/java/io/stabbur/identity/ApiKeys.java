package io.stabbur.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/// API keys: opaque ones are looked up in the project's store; legacy ones are tokens of the
/// project that the store has not revoked.
@Singleton
final class ApiKeys {
  private static final int REMEMBERED = 10_000;

  private final Projects projects;
  private final KeySets keySets;
  private final KeySearches searches;
  private final Clock clock;

  /// The names of projects by the digest of a key that was found to be theirs.
  private final Cache<String, String> owners =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  ApiKeys(Projects projects, KeySets keySets, KeySearches searches, Clock clock) {
    this.projects = projects;
    this.keySets = keySets;
    this.searches = searches;
    this.clock = clock;
  }

  /// The claims a key stands for in this project; none if it is not a key of the project.
  Optional<Claims> claims(Project project, String key) {
    if (key.startsWith("sb_")) {
      return opaque(project, key);
    }
    try {
      return Optional.of(keySets.of(project).verify(key, clock))
          .filter(c -> c.text("role").isPresent());
    } catch (ApiException e) {
      return Optional.empty();
    }
  }

  /// The project a key belongs to, for hosts that name none. The search tries the key with each
  /// project, which a stranger can ask for.
  ///
  /// @param network of the client
  /// @throws ApiException where the network has had too many searches ([KeySearches])
  Optional<Project> owner(String key, String network) {
    var digest = Crypto.sha256Hex(key);
    var known =
        Optional.ofNullable(owners.getIfPresent(digest))
            .flatMap(projects::byName)
            .filter(project -> claims(project, key).isPresent());
    if (known.isPresent()) {
      return known;
    }
    searches.take(network);
    var found = search(key);
    found.ifPresent(project -> owners.put(digest, project.name()));
    return found;
  }

  private Optional<Project> search(String key) {
    if (key.startsWith("sb_")) {
      return projects.all().stream().filter(p -> opaque(p, key).isPresent()).findFirst();
    }
    var signer = TokenVerifier.signer(key);
    return projects.all().stream()
        .filter(p -> signer.filter(keySets.of(p)::mayBeFrom).isPresent())
        .filter(p -> claims(p, key).isPresent())
        .findFirst();
  }

  private static Optional<Claims> opaque(Project project, String key) {
    var store = ApiKeyStore.of(project);
    var found = store.now().find(key).filter(ApiKey::counts);
    found.ifPresent(store::noteUse);
    return found.map(known -> Claims.ofRole(known.kind().role()));
  }
}
