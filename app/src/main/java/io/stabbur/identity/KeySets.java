package io.stabbur.identity;

import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// The keys each project accepts now.
@Singleton
public final class KeySets {
  private final PerProject<KeySet> sets;

  KeySets(GatewaySettings settings) {
    sets =
        new PerProject<>(
            project ->
                new KeySet(
                    VerificationKey.all(project.keys().jwtSecret()),
                    new TokenRules(settings.audience())));
  }

  public KeySet of(Project project) {
    return sets.of(project);
  }
}
