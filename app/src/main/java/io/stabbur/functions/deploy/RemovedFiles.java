package io.stabbur.functions.deploy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ApplianceFiles;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// Files of functions that no version needs any more: removed from the store at once, or as late as
/// backups ask for.
@Singleton
public final class RemovedFiles implements RoomChores {
  private static final Actor OWNER = Actor.of("postgres");
  private static final Duration EVERY = Duration.ofMinutes(10);
  private static final Statement DUE =
      Statement.of(
          "select key from stabbur.function_file_removals where due_at <="
              + " stabbur_storage.removals_due()");

  private final ApplianceFiles store;

  RemovedFiles(ApplianceFiles store) {
    this.store = store;
  }

  /// Removes what is due.
  public void sweep(Project project) {
    var keys =
        project
            .admin()
            .transaction(OWNER, Access.READ, tx -> tx.list(DUE, row -> row.getString(1)));
    for (var key : keys) {
      store.delete(project, key);
      project
          .admin()
          .transaction(
              OWNER,
              Access.WRITE,
              tx ->
                  tx.update(
                      Statement.of(
                          "delete from stabbur.function_file_removals where key = ?", key)));
    }
  }

  @Override
  public List<Chore> chores(Project project) {
    return project.settings().prepare()
        ? List.of(Chore.every(EVERY, "function-files", () -> sweep(project)).byOneAtATime())
        : List.of();
  }
}
