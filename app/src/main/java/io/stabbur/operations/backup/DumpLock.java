package io.stabbur.operations.backup;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

/// Lets one process at a time work on the dumps of a project that several may serve: an advisory
/// lock in its database, held by a transaction on a connection of its own. It ends with the work or
/// with the process.
record DumpLock(Project project) {
  private static final Statement TRY =
      Statement.of("select pg_try_advisory_xact_lock(hashtextextended('stabbur.backup', 0))");

  /// Runs the work under the lock.
  ///
  /// @throws io.stabbur.platform.error.ApiException refused where another process has it
  <T> T hold(Callable<T> work) throws IOException {
    var login = project.admin().login();
    // the work may take hours, in which this session waits
    var actor = Actor.of(login.user()).with("idle_in_transaction_session_timeout", "0");
    try (var own =
        Database.open(
            new Login(login.url(), login.user(), login.password(), 1, login.patience()))) {
      return own.transaction(
          actor,
          Access.READ,
          tx -> {
            if (!tx.first(TRY, row -> row.getBoolean(1)).orElse(false)) {
              throw BackupError.underWay(
                  "Another process makes or reads a backup of this project at the moment; try"
                      + " again when it is done");
            }
            return called(work);
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static <T> T called(Callable<T> work) {
    try {
      return work.call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
