package io.stabbur.identity;

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
  private final Projects projects;
  private final KeySets keySets;
  private final Clock clock;

  ApiKeys(Projects projects, KeySets keySets, Clock clock) {
    this.projects = projects;
    this.keySets = keySets;
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

  /// The project a key belongs to, for hosts that name none.
  Optional<Project> owner(String key) {
    return projects.all().stream().filter(p -> claims(p, key).isPresent()).findFirst();
  }

  private static Optional<Claims> opaque(Project project, String key) {
    var store = ApiKeyStore.of(project);
    var found = store.now().find(key).filter(ApiKey::counts);
    found.ifPresent(store::noteUse);
    return found.map(known -> Claims.ofRole(known.kind().role()));
  }
}
