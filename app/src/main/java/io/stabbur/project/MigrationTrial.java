package io.stabbur.project;

import io.stabbur.platform.db.Database;
import io.stabbur.project.MigrationStep.MigrationFailure;
import io.stabbur.project.Migrations.Together;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What came of trying migrations without keeping anything of them.
///
/// @param files those that would run
/// @param mistakes what fails, a sentence each
/// @param untried statements that nobody can try so: they run outside a transaction, need what is
///   before them committed, do what a rollback does not take back, or take too long
/// @param locks what they lock and write anew of the tables that are there
public record MigrationTrial(
    List<MigrationFile> files,
    List<String> mistakes,
    List<String> untried,
    List<MigrationLock> locks) {
  /// So that a trial beside a server at work does not hold up requests behind a lock that it waits
  /// for itself.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final String CANCELED = "57014";

  public MigrationTrial {
    files = List.copyOf(files);
    mistakes = List.copyOf(mistakes);
    untried = List.copyOf(untried);
    locks = List.copyOf(locks);
  }

  /// @param untriable the SQLSTATEs of statements that cannot be tried in a transaction
  /// @param longest how long a statement may run
  static MigrationTrial of(
      Database owner, List<MigrationFile> files, Set<String> untriable, Duration longest) {
    var login = owner.login();
    var mistakes = new ArrayList<String>();
    var untried = new ArrayList<String>();
    var locks = new ArrayList<MigrationLock>();
    try (var connection =
        DriverManager.getConnection(login.url(), login.user(), login.password().reveal())) {
      connection.setAutoCommit(false);
      var watch = new LockWatch(connection);
      for (var file : files) {
        for (var failure : attempt(owner, connection, file, longest, watch, locks)) {
          var state = failure.sqlState();
          (untriable.contains(state) || state.equals(CANCELED) ? untried : mistakes)
              .add(String.valueOf(failure.getMessage()));
        }
      }
      connection.rollback();
    } catch (SQLException e) {
      mistakes.add("The trial ended early: " + e.getMessage());
    }
    return new MigrationTrial(files, mistakes, untried, locks);
  }

  private static List<MigrationFailure> attempt(
      Database owner,
      Connection connection,
      MigrationFile file,
      Duration longest,
      LockWatch watch,
      List<MigrationLock> locks)
      throws SQLException {
    return new MigrationStep(file, Together.IN_A_TRANSACTION, owner, PATIENCE)
        .attempt(connection, PATIENCE, longest, line -> locks.addAll(watch.after(file, line)));
  }
}
