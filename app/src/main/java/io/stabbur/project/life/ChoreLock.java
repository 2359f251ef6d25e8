package io.stabbur.project.life;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.Statement;

/// Lets one process at a time run a chore: an advisory lock, held by a transaction on a connection
/// of its own, so that the work itself may use the whole pool. The lock ends with the run or with
/// the process.
record ChoreLock(Database database) {
  private static final String TRY =
      "select pg_try_advisory_xact_lock(hashtextextended('stabbur.chore.' || ?, 0))";

  /// Runs the work unless another process runs this chore at the moment.
  void runAlone(Chore chore) {
    var login = database.login();
    try (var own =
        Database.open(
            new Login(login.url(), login.user(), login.password(), 1, login.patience()))) {
      own.transaction(
          // the session waits for as long as the chore runs
          Actor.of(login.user()).with("idle_in_transaction_session_timeout", "0"),
          Access.READ,
          tx -> {
            var lock = Statement.of(TRY, chore.name());
            if (tx.first(lock, row -> row.getBoolean(1)).orElse(false)) {
              chore.work().run();
            }
            return true;
          });
    }
  }
}
