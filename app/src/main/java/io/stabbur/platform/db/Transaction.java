package io.stabbur.platform.db;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Several statements in one transaction, all as the same actor. Used inside [Database#transaction]
/// only.
public final class Transaction {
  private final Connection connection;
  private @Nullable ApiException failure;

  Transaction(Connection connection) {
    this.connection = connection;
  }

  public <T> T query(Statement statement, RowReader<T> reader) {
    try (var prepared = connection.prepareStatement(statement.sql())) {
      Binding.bind(prepared, 1, statement.values());
      try (var rows = prepared.executeQuery()) {
        return reader.read(rows);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /// One value a row.
  public <T> List<T> list(Statement statement, RowReader<T> eachRow) {
    return query(
        statement,
        rows -> {
          var list = new ArrayList<T>();
          while (rows.next()) {
            list.add(eachRow.read(rows));
          }
          return list;
        });
  }

  /// The first row, if there is one.
  public <T> Optional<T> first(Statement statement, RowReader<T> row) {
    return query(
        statement, rows -> rows.next() ? Optional.of(row.read(rows)) : Optional.<T>empty());
  }

  /// Reads the rows of a query that may be more than memory holds: the server hands over so many at
  /// a time while the reader goes through them, who may ask for other portions on the way.
  public <T> T scan(Statement statement, int rowsAtOnce, RowReader<T> reader) {
    try {
      // the driver fetches in portions only while it does not commit by itself
      connection.setAutoCommit(false);
      try (var prepared = connection.prepareStatement(statement.sql())) {
        prepared.setFetchSize(rowsAtOnce);
        Binding.bind(prepared, 1, statement.values());
        try (var rows = prepared.executeQuery()) {
          return reader.read(rows);
        }
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /// Runs a statement and tells how many rows it changed.
  @CanIgnoreReturnValue
  public int update(Statement statement) {
    try (var prepared = connection.prepareStatement(statement.sql())) {
      Binding.bind(prepared, 1, statement.values());
      if (prepared.execute()) {
        try (ResultSet rows = prepared.getResultSet()) {
          int count = 0;
          while (rows.next()) {
            count++;
          }
          return count;
        }
      }
      return prepared.getUpdateCount();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /// Runs a statement in a savepoint; one that fails changes nothing, and the transaction goes on.
  ///
  /// @return why it failed
  @CanIgnoreReturnValue
  public Optional<ApiException> attempt(Statement statement) {
    update(Statement.of("savepoint attempt"));
    var before = failure;
    try {
      update(statement);
      update(Statement.of("release savepoint attempt"));
      return Optional.empty();
    } catch (ApiException e) {
      failure = before;
      update(Statement.of("rollback to savepoint attempt"));
      return Optional.of(e);
    }
  }

  /// Runs work in a savepoint that is taken back whatever comes of it; the transaction goes on with
  /// the role and the settings from before.
  public <T> Outcome<T> trial(TransactionBody<T> work) {
    update(Statement.of("savepoint trial"));
    var before = failure;
    try {
      return new Outcome.Answered<>(work.run(this));
    } catch (ApiException e) {
      return new Outcome.Failed<>(e);
    } finally {
      failure = before;
      update(Statement.of("rollback to savepoint trial;release savepoint trial"));
    }
  }

  /// Runs work in a savepoint; work that fails changes nothing, and the transaction goes on.
  public <T> Outcome<T> step(TransactionBody<T> work) {
    update(Statement.of("savepoint step"));
    var before = failure;
    try {
      var value = work.run(this);
      update(Statement.of("release savepoint step"));
      return new Outcome.Answered<>(value);
    } catch (ApiException e) {
      failure = before;
      update(Statement.of("rollback to savepoint step;release savepoint step"));
      return new Outcome.Failed<>(e);
    }
  }

  /// After a failed statement Postgres turns a commit into a silent rollback; whoever caught the
  /// failure inside the transaction is told of it here instead.
  void commit(CommitPosition position, SessionReset reset, Share share, Access access)
      throws SQLException {
    if (failure != null) {
      throw failure;
    }
    var ending = Batch.Ending.COMMIT;
    var sql =
        reset.ending(access, ending)
            + position.question(access, ending)
            + reset.after(access, ending);
    try (var commit = connection.prepareStatement(sql)) {
      commit.execute();
      position.tell(commit, share, access, ending);
    }
  }

  private ApiException failed(SQLException e) {
    failure = SqlFailure.of(e);
    return failure;
  }
}
