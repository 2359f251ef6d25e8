package io.stabbur.operations.health;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Checkup;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// Which versions work together.
@Singleton
final class VersionCheckup implements Checkup {
  private static final int OLDEST = 150_000;
  private static final Statement VERSION =
      Statement.of(
          "select current_setting('server_version'), current_setting('server_version_num')::int");

  private record Version(String text, int number) {}

  @Override
  public String name() {
    return "versions";
  }

  @Override
  public Result check(Project project) {
    var admin = project.admin();
    var postgres =
        admin.exchange(
            Actor.of(admin.login().user()),
            Access.READ,
            VERSION,
            rows ->
                rows.next()
                    ? new Version(String.valueOf(rows.getString(1)), rows.getInt(2))
                    : new Version("unknown", 0));
    var own = VersionCheckup.class.getPackage().getImplementationVersion();
    var text =
        "Stabbur %s, Postgres %s, Java %s"
            .formatted(
                own == null ? "of a source tree" : own,
                postgres.text(),
                Runtime.version().feature());
    return postgres.number() >= OLDEST
        ? Result.well(text)
        : Result.problem(text + "; Postgres must be 15 or later");
  }
}
