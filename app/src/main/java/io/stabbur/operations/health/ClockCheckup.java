package io.stabbur.operations.health;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Checkup;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Locale;

/// How far this machine's clock is from the database's: tokens are made by one and looked at by the
/// other.
@Singleton
final class ClockCheckup implements Checkup {
  private static final double MOST_SECONDS = 5;
  private static final double MILLIS = 1000.0;
  private static final Statement NOW =
      Statement.of("select extract(epoch from clock_timestamp())::float8");

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public Result check(Project project) {
    var admin = project.admin();
    var actor = Actor.of(admin.login().user());
    double before = System.currentTimeMillis() / MILLIS;
    double theirs =
        admin.exchange(
            actor, Access.READ, NOW, rows -> rows.next() ? rows.getDouble(1) : Double.NaN);
    double after = System.currentTimeMillis() / MILLIS;
    double apart = Math.max(0, Math.max(before - theirs, theirs - after));
    var text = String.format(Locale.ROOT, "%.1f s from the database's", apart);
    return apart < MOST_SECONDS
        ? Result.well(text)
        : Result.problem(
            text + ": tokens count as not yet valid or as expired; set NTP up on both");
  }
}
