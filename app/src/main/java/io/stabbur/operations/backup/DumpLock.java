package io.stabbur.operations.backup;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets one process at a time work on the dumps of a project that several may serve: an advisory
/// lock in its database, held by a transaction on a connection of its own. It ends with the work or
/// with the process.
record DumpLock(Project project) {
  private static final Statement TRY =
      Statement.of("select pg_try_advisory_xact_lock(hashtextextended('stabbur.backup', 0))");

  /// Servers before Postgres 17 have no such setting.
  private static final Statement LIMIT =
      Statement.of("select current_setting('transaction_timeout', true) is not null");

  private static final Logger LOG = LoggerFactory.getLogger(DumpLock.class);

  /// Runs the work under the lock.
  ///
  /// @throws io.stabbur.platform.error.ApiException refused where another process has it
  <T> T hold(Callable<T> work) throws IOException {
    var login = project.admin().login();
    try (var own =
        Database.open(
            new Login(login.url(), login.user(), login.password(), 1, login.patience()))) {
      var task = new FutureTask<>(work);
      try {
        run(own, lasting(own, login), task);
      } catch (RuntimeException e) {
        if (!task.isDone()) {
          throw e;
        }
        // what was written, or failed, is so whether the lock ends well or was lost before
        LOG.warn(
            "The lock of the backups of project {} did not end well: {}",
            project.name(),
            e.toString());
      }
      return OwnThread.outcome(task);
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
  }

  private static void run(Database own, Actor actor, FutureTask<?> task) {
    own.transaction(
        actor,
        Access.READ,
        tx -> {
          if (!tx.first(TRY, row -> row.getBoolean(1)).orElse(false)) {
            throw BackupError.underWay(
                "Another process makes or reads a backup of this project at the moment; try"
                    + " again when it is done");
          }
          task.run();
          return true;
        });
  }

  /// An actor whose transaction may wait for hours.
  static Actor lasting(Database own, Login login) {
    var actor = Actor.of(login.user());
    boolean isLimited =
        own.transaction(
            actor, Access.READ, tx -> tx.first(LIMIT, row -> row.getBoolean(1)).orElse(false));
    var lasting = actor.with("idle_in_transaction_session_timeout", "0");
    return isLimited ? lasting.with("transaction_timeout", "0") : lasting;
  }
}
