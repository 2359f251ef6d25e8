package io.stabbur.project;

import io.stabbur.platform.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells what of a migration a rollback would not take back: statements that steer the transaction
/// themselves, and calls that act outside it. What triggers do is not seen.
final class LastingEffects {
  private static final Pattern STEERING =
      Pattern.compile(
          "abort|begin|commit|end|preparetransaction|release|rollback|savepoint|starttransaction");

  /// For Java and for Postgres. `net.http_…` only queues a call, in a table.
  private static final String OUTSIDE =
      "(setval|dblink\\w*|(?<!net\\.)http(_\\w+)?|pg_(terminate|cancel)_backend"
          + "|pg_\\w*replication_slot\\w*|lo_(im|ex)port)\"?\\s*\\(|(from|to)\\s*program\\s*'";

  private static final Pattern CALL = Pattern.compile(OUTSIDE);

  /// Names functions without calling them.
  private static final Pattern DEFINITION =
      Pattern.compile(
          "create(orreplace)?(function|procedure|(constraint)?trigger|view|policy|rule)"
              + "|alter(function|procedure|policy)|comment|drop|grant|revoke");

  private static final String CALLS_LASTING = SqlFile.of(LastingEffects.class, "lasting-calls");

  private final Connection connection;
  private final String transaction;

  /// Watches the transaction that is open.
  LastingEffects(Connection connection) throws SQLException {
    this.connection = connection;
    this.transaction = ask("select pg_catalog.pg_current_xact_id()::text");
  }

  /// Why a statement must not be tried, if so.
  @Nullable String of(SqlScript.Piece piece) throws SQLException {
    var gist = SqlScript.gist(piece.sql()).toLowerCase(Locale.ROOT);
    if (STEERING.matcher(gist).lookingAt()) {
      return "it would steer the transaction of the trial";
    }
    boolean lasts =
        !DEFINITION.matcher(gist).lookingAt() && (CALL.matcher(gist).find() || callsLasting(gist));
    return lasts ? "what it does would outlast the trial" : null;
  }

  /// Whether it calls a function of the database that acts outside the transaction.
  private boolean callsLasting(String gist) throws SQLException {
    try (var ask = connection.prepareStatement(CALLS_LASTING)) {
      ask.setString(1, gist.replace("\"", ""));
      ask.setString(2, OUTSIDE);
      try (var rows = ask.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  void requireSameTransaction(MigrationFile file, int line) throws SQLException {
    var now = ask("select pg_catalog.pg_current_xact_id_if_assigned()::text");
    if (!now.equals(transaction)) {
      throw new SQLException(
          "%s, line %d, ended its transaction, so what is before it may have been kept"
              .formatted(file.fileName(), line));
    }
  }

  private String ask(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? Objects.toString(rows.getString(1), "") : "";
    }
  }
}
