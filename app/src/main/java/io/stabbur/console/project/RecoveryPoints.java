package io.stabbur.console.project;

import io.stabbur.project.Project;
import io.stabbur.project.RecoveryPoint;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/// Names the moment before an act of an operator by which something is lost, so that a restore can
/// go back to it.
@Singleton
public final class RecoveryPoints {
  private final Clock clock;

  RecoveryPoints(Clock clock) {
    this.clock = clock;
  }

  /// Names this moment; nothing where the project's database lets nobody name one.
  ///
  /// @param act such as `an erasure`
  public void before(Project project, String act) {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    RecoveryPoint.make(project, "before " + act + " at " + now);
  }
}
