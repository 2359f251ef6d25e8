package io.stabbur.identity;

import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;

/// The keys each project accepts now.
@Singleton
public final class KeySets {
  private final PerProject<KeySet> sets;

  KeySets(GatewaySettings settings) {
    sets =
        new PerProject<>(
            project ->
                new KeySet(
                    List.of(VerificationKey.Shared.of(project.keys().jwtSecret().bytes())),
                    new TokenRules(settings.audience())));
  }

  public KeySet of(Project project) {
    return sets.of(project);
  }
}
