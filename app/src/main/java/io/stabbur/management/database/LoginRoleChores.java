package io.stabbur.management.database;

import io.stabbur.project.LoginRoles;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// Drops temporary roles after their end.
@Singleton
final class LoginRoleChores implements RoomChores {
  private static final Duration EVERY = Duration.ofMinutes(1);

  @Override
  public List<Chore> chores(Project project) {
    return project.settings().prepare()
        ? List.of(
            Chore.every(EVERY, "login-roles", () -> new LoginRoles(project).dropExpired())
                .byOneAtATime())
        : List.of();
  }
}
