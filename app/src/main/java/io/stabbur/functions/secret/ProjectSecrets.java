package io.stabbur.functions.secret;

import io.stabbur.functions.deploy.Deployments;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// The secrets of each project.
@Singleton
public final class ProjectSecrets implements RoomChores {
  private static final Duration UPKEEP = Duration.ofHours(1);

  private final PerProject<Secrets> all;

  ProjectSecrets(Deployments deployments) {
    this.all =
        new PerProject<>(
            project -> {
              var secrets = new Secrets(project);
              if (project.settings().prepare()) {
                secrets.refresh();
                deployments.deployed(project).follow(secrets::refresh);
              }
              return secrets;
            });
  }

  /// Seals values anew after a rotation of the project's key.
  @Override
  public List<Chore> chores(Project project) {
    return project.settings().prepare()
        ? List.of(
            Chore.every(UPKEEP, "function-secrets", () -> of(project).rotate()).byOneAtATime())
        : List.of();
  }

  public Secrets of(Project project) {
    return all.of(project);
  }
}
