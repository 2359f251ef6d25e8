package io.stabbur.project;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// A named moment, to which a restore can go back.
public final class RecoveryPoint {
  /// Nothing where the database lets the function's owner name none, such as on a hosted project,
  /// whoever logs in here.
  private static final String MAKE =
      """
      select stabbur.create_recovery_point(?)
      from pg_catalog.pg_proc p where p.oid = 'stabbur.create_recovery_point(text)'::regprocedure
        and has_function_privilege(p.proowner, 'pg_catalog.pg_create_restore_point(text)', 'execute')\
      """;

  private RecoveryPoint() {}

  /// Makes one, such as `before 20260101120000 at 2026-01-02T03:04:05.678Z`, unless nothing is
  /// pending.
  static void before(Project project, List<MigrationFile> pending) {
    if (pending.isEmpty()) {
      return;
    }
    var name =
        "before %s at %s"
            .formatted(pending.getFirst().version(), Instant.now().truncatedTo(ChronoUnit.MILLIS));
    make(project, name);
  }

  /// Names this moment; nothing where the database lets its owner name none, or is not to be
  /// changed by Stabbur.
  public static void make(Project project, String name) {
    if (!project.settings().prepare()) {
      return;
    }
    var _ =
        project
            .admin()
            .transaction(
                Actor.of(project.admin().login().user()),
                Access.WRITE,
                tx -> tx.list(Statement.of(MAKE, name), row -> String.valueOf(row.getString(1))));
  }
}
