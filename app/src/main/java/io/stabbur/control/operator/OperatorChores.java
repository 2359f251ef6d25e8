package io.stabbur.control.operator;

import io.stabbur.control.ControlHome;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// Removes what holds no more from the control database.
@Singleton
final class OperatorChores implements RoomChores {
  private static final Duration EVERY = Duration.ofHours(6);

  private final ControlHome home;
  private final OperatorDesk desk;

  OperatorChores(ControlHome home, OperatorDesk desk) {
    this.home = home;
    this.desk = desk;
  }

  @Override
  public List<Chore> chores(Project project) {
    return home.isKeeper(project)
        ? List.of(Chore.every(EVERY, "operators", desk::expire).byOneAtATime())
        : List.of();
  }
}
