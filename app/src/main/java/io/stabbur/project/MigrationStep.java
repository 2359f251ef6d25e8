package io.stabbur.project;

import io.stabbur.platform.db.Database;
import io.stabbur.project.Migrations.Together;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one migration file inside Flyway's transaction and records it where the Supabase CLI looks.
///
/// The record is written first: whoever else applies the same version, another replica or the CLI,
/// then waits for this transaction, and this one does nothing if the other was faster.
final class MigrationStep implements JavaMigration {
  private static final String RECORD =
      """
      insert into supabase_migrations.schema_migrations (version, name, statements)
      values (?, ?, ?) on conflict (version) do nothing
      """;

  /// What one file set for its session must not reach the next. Whoever logs in, the objects belong
  /// to postgres, whose default privileges open them to the API's roles.
  private static final String FRESH_SESSION =
      """
      reset all;
      set role postgres;
      select set_config('search_path', '"$user", public, extensions', false) where session_user <> 'postgres'
      """;

  /// Every file runs in a transaction anyway, so its own brackets have nothing to do.
  private static final Pattern BRACKET =
      Pattern.compile(
          "(begin|starttransaction|commit|end)(work|transaction)?", Pattern.CASE_INSENSITIVE);

  /// Extensions that every hosted project has, so that a schema pulled from one asks for them
  /// whether it uses them or not. Where Postgres does not have one, that request is left out.
  private static final Set<String> HOSTED_DEFAULTS =
      Set.of("pg_graphql", "supabase_vault", "pgsodium", "pgjwt");

  private static final Pattern OPTIONAL_EXTENSION =
      Pattern.compile(
          "create\\s+extension\\s+if\\s+not\\s+exists\\s+\"?([\\w-]+)\"?.*",
          Pattern.CASE_INSENSITIVE);

  private static final Logger LOG = LoggerFactory.getLogger(MigrationStep.class);

  /// What sets how long a statement waits for locks, or lifts every setting.
  private static final Pattern LOCK_LIMIT =
      Pattern.compile(
          "(set\\s+(session\\s+|local\\s+)?lock_timeout\\b.*|reset\\s+(all|lock_timeout))",
          Pattern.CASE_INSENSITIVE);

  /// One that waits for good, as dumps have it.
  private static final Pattern UNLIMITED =
      Pattern.compile(".*(=|\\bto)\\s*'?(0|default)'?\\s*|reset.*", Pattern.CASE_INSENSITIVE);

  private final MigrationFile file;
  private final Together together;
  private final Database owner;
  private final Duration patience;

  /// @param owner asked who is in the way
  /// @param patience how long a statement waits for a lock that others hold
  MigrationStep(MigrationFile file, Together together, Database owner, Duration patience) {
    this.file = file;
    this.together = together;
    this.owner = owner;
    this.patience = patience;
  }

  @Override
  public MigrationVersion getVersion() {
    return MigrationVersion.fromVersion(file.version());
  }

  @Override
  public String getDescription() {
    return file.name();
  }

  @Override
  public @Nullable Integer getChecksum() {
    return file.text().hashCode();
  }

  @Override
  public boolean canExecuteInTransaction() {
    return together == Together.IN_A_TRANSACTION;
  }

  @Override
  public void migrate(Context context) throws SQLException {
    var connection = context.getConnection();
    var text = file.text();
    var statements = SqlScript.statements(text);
    if (together == Together.IN_A_TRANSACTION && !record(connection, statements)) {
      return;
    }
    try (var statement = connection.createStatement();
        var blockers = Blockers.of(owner, connection, patience)) {
      statement.setEscapeProcessing(false);
      statement.execute(FRESH_SESSION);
      limit(statement);
      for (var piece : statements) {
        if (!isBracket(piece) && !isLeftOut(connection, piece)) {
          run(statement, piece, text, blockers);
        }
      }
      statement.execute(FRESH_SESSION);
    }
    // without a transaction, the record must not say that something ran before it did
    if (together == Together.NOT) {
      record(connection, statements);
    }
  }

  /// Outside a transaction nobody waits behind: `create index concurrently` lets others read and
  /// write while it waits, and would leave an invalid index.
  private void limit(java.sql.Statement statement) throws SQLException {
    if (together == Together.IN_A_TRANSACTION) {
      statement.execute("set lock_timeout = " + patience.toMillis());
    }
  }

  private void run(
      java.sql.Statement statement, SqlScript.Piece piece, String text, Blockers blockers)
      throws SQLException {
    try {
      run(statement, piece, text);
    } catch (MigrationFailure e) {
      throw e.sqlState().equals(LockPatience.NOT_AVAILABLE) ? e.heldUp(blockers.seen()) : e;
    }
    var summary = piece.summary();
    if (LOCK_LIMIT.matcher(summary).matches() && UNLIMITED.matcher(summary).matches()) {
      limit(statement);
    }
  }

  /// Runs every statement in a savepoint of its own, inside a transaction that is rolled back, and
  /// says which of them fail: one mistake does not hide the next. What a rollback does not take
  /// back is not run, and counts as what cannot be in a transaction.
  ///
  /// @param patience how long a statement waits for a lock that others hold
  /// @param longest how long a statement may run
  /// @param ran is told the line of each statement that ran
  List<MigrationFailure> attempt(
      Connection connection, Duration patience, Duration longest, Ran ran) throws SQLException {
    var failures = new ArrayList<MigrationFailure>();
    var lasting = new LastingEffects(connection);
    try (var statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(FRESH_SESSION);
      for (var piece : SqlScript.statements(file.text())) {
        if (!isBracket(piece) && !isLeftOut(connection, piece)) {
          // dumps begin with settings of their own that lift both limits
          statement.execute(
              "set local lock_timeout = %d; set local statement_timeout = %d"
                  .formatted(patience.toMillis(), longest.toMillis()));
          int line = line(piece.firstToken(), file.text());
          var lasts = lasting.of(piece);
          if (lasts != null) {
            failures.add(
                failure(line, piece, new SQLException(lasts, Migrations.NOT_IN_TRANSACTION)));
            continue;
          }
          var before = connection.setSavepoint();
          try {
            run(statement, piece, file.text());
            lasting.requireSameTransaction(file, line);
            ran.at(line);
            connection.releaseSavepoint(before);
          } catch (MigrationFailure e) {
            connection.rollback(before);
            failures.add(e);
          }
        }
      }
      statement.execute(FRESH_SESSION);
    }
    return failures;
  }

  private static boolean isBracket(SqlScript.Piece piece) {
    return BRACKET.matcher(SqlScript.gist(piece.sql())).matches();
  }

  private boolean record(Connection connection, List<SqlScript.Piece> statements)
      throws SQLException {
    try (var insert = connection.prepareStatement(RECORD)) {
      insert.setString(1, file.version());
      insert.setString(2, file.name());
      insert.setArray(
          3,
          connection.createArrayOf(
              "text", statements.stream().map(SqlScript.Piece::sql).toArray(String[]::new)));
      return insert.executeUpdate() == 1;
    }
  }

  private boolean isLeftOut(Connection connection, SqlScript.Piece piece) throws SQLException {
    var extension = OPTIONAL_EXTENSION.matcher(piece.summary());
    if (!extension.matches() || !HOSTED_DEFAULTS.contains(extension.group(1))) {
      return false;
    }
    try (var ask =
        connection.prepareStatement("select from pg_available_extensions where name = ?")) {
      ask.setString(1, extension.group(1));
      try (var rows = ask.executeQuery()) {
        if (rows.next()) {
          return false;
        }
      }
    }
    LOG.warn(
        "{} asks for the extension {}, which this Postgres does not have; what uses it will fail",
        file.fileName(),
        extension.group(1));
    return true;
  }

  private void run(java.sql.Statement statement, SqlScript.Piece piece, String text) {
    try {
      statement.execute(piece.sql());
    } catch (SQLException e) {
      throw failure(line(e, piece, text), piece, e);
    }
  }

  private MigrationFailure failure(int line, SqlScript.Piece piece, SQLException e) {
    return new MigrationFailure(file, together, line, piece.summary(), e);
  }

  /// Where the server found the mistake, else where the statement begins.
  private static int line(SQLException e, SqlScript.Piece piece, String text) {
    int position = piece.firstToken();
    if (e instanceof PSQLException p
        && p.getServerErrorMessage() != null
        && p.getServerErrorMessage().getPosition() > 0) {
      int characters = p.getServerErrorMessage().getPosition() - 1;
      int inside =
          piece.sql().codePointCount(0, piece.sql().length()) < characters
              ? piece.sql().length()
              : piece.sql().offsetByCodePoints(0, characters);
      position = piece.start() + inside;
    }
    return line(position, text);
  }

  private static int line(int position, String text) {
    return 1 + (int) text.substring(0, position).chars().filter(c -> c == '\n').count();
  }

  /// Hears of a statement that ran.
  interface Ran {
    void at(int line) throws SQLException;
  }

  /// Says which file, line and statement failed and why.
  static final class MigrationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient MigrationFile file;
    private final Together together;
    private final String sqlState;

    private MigrationFailure(MigrationFailure failure, String message) {
      super(message, failure.getCause(), false, false);
      this.file = failure.file;
      this.together = failure.together;
      this.sqlState = failure.sqlState;
    }

    MigrationFailure(
        MigrationFile file, Together together, int line, String summary, SQLException e) {
      super(
          "Migration %s, line %d: %s in «%s»".formatted(file.fileName(), line, reason(e), summary),
          e,
          false,
          false);
      this.file = file;
      this.together = together;
      this.sqlState = Objects.toString(e.getSQLState(), "");
    }

    MigrationFile file() {
      return file;
    }

    /// Whether the database is as it was before this file.
    boolean leavesNothing() {
      return together == Together.IN_A_TRANSACTION;
    }

    String sqlState() {
      return sqlState;
    }

    /// The same, which also says who was in the way.
    MigrationFailure heldUp(String seen) {
      return seen.isEmpty() ? this : new MigrationFailure(this, getMessage() + " (" + seen + ")");
    }

    private static String reason(SQLException e) {
      return e instanceof PSQLException p && p.getServerErrorMessage() != null
          ? String.valueOf(p.getServerErrorMessage().getMessage())
          : String.valueOf(e.getMessage());
    }
  }
}
