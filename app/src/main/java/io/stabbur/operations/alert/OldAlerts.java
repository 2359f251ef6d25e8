package io.stabbur.operations.alert;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.util.Optional;

/// Alerts that an earlier version kept in the first project's database. They move to the control
/// database once, so that silences hold and what was told is not told again.
final class OldAlerts {
  private static final Statement ARE_THERE =
      Statement.of(
          "select exists (select from stabbur.alerts)"
              + " or exists (select from stabbur.alert_silences)");
  private static final Statement ROWS =
      Statement.of(
          """
          select (select coalesce(jsonb_agg(t), '[]')::text from stabbur.alerts t),
            (select coalesce(jsonb_agg(t), '[]')::text from stabbur.alert_deliveries t),
            (select coalesce(jsonb_agg(t), '[]')::text from stabbur.alert_silences t)\
          """);

  private OldAlerts() {}

  /// All of them.
  ///
  /// @param alerts rows as a JSON array, as the others
  record Rows(String alerts, String deliveries, String silences) {}

  static boolean areIn(Optional<Project> home) {
    return home.filter(project -> project.settings().prepare())
        .filter(OldAlerts::areIn)
        .isPresent();
  }

  private static boolean areIn(Project home) {
    var admin = home.admin();
    return admin.transaction(
        Actor.of(admin.login().user()),
        Access.READ,
        tx -> tx.first(ARE_THERE, row -> row.getBoolean(1)).orElse(false));
  }

  /// Adds them to a store that has none, and removes them where they were.
  static void move(Optional<Project> home, AlertStore store) {
    if (areIn(home)) {
      var admin = home.orElseThrow().admin();
      var _ =
          admin.transaction(
              Actor.of(admin.login().user()), Access.WRITE, tx -> OldAlerts.move(tx, store));
    }
  }

  private static int move(Transaction tx, AlertStore store) {
    tx.update(Statement.of("lock table stabbur.alerts in exclusive mode"));
    tx.first(ROWS, row -> new Rows(row.getString(1), row.getString(2), row.getString(3)))
        .ifPresent(store::takeOver);
    tx.update(Statement.of("delete from stabbur.alert_silences"));
    return tx.update(Statement.of("delete from stabbur.alerts"));
  }
}
