package io.stabbur.platform.db;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Several statements in one transaction, all as the same actor. Used inside [Database#transaction]
/// only.
///
/// The transaction begins with its first statement: its [Opening] is sent in the same message
/// group. Postgres runs nothing of a group behind a failure, and after a failure this class sends
/// nothing but the return to a savepoint: no statement runs where the opening did not.
public final class Transaction {
  private final Connection connection;
  private final Opening opening;

  /// What is sent with the next statement, in this order.
  private final List<Later<?>> waiting = new ArrayList<>();

  /// Whether anything was sent, the opening first of all.
  private boolean sent;

  /// Whether something was sent of which nothing is known yet.
  private boolean unanswered;

  /// Why nothing more is sent.
  private @Nullable SQLException failure;

  private boolean ended;

  Transaction(Connection connection, Opening opening) {
    this.connection = connection;
    this.opening = opening;
  }

  /// A statement that waits to be sent, and later its answer.
  private final class Later<T> implements Supplier<T> {
    private final Statement statement;
    private final Results.Reader<T> reader;
    private Optional<T> answer = Optional.empty();

    Later(Statement statement, Results.Reader<T> reader) {
      this.statement = statement;
      this.reader = reader;
    }

    void read(Results results) throws SQLException {
      answer = Optional.of(reader.read(results));
    }

    @Override
    public T get() {
      if (answer.isEmpty()) {
        flush();
      }
      return answer.orElseThrow(() -> new IllegalStateException("the statement was taken back"));
    }
  }

  /// Reads what one statement answered.
  private interface Answer<T> {
    T read(PreparedStatement executed) throws SQLException;
  }

  public <T> T query(Statement statement, RowReader<T> reader) {
    return send(statement, executed -> new Results(executed).read(reader));
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
    flush();
    requireUsable();
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
    return send(statement, Transaction::count);
  }

  /// Has a statement run before the next one, or before the commit, in one round trip with it. What
  /// it fails with is thrown there. For what is written and not looked at.
  public void later(Statement statement) {
    requireUsable();
    waiting.add(
        new Later<>(
            statement,
            results -> {
              results.skip();
              return true;
            }));
  }

  /// The same for what is read: the answer is there after the next statement, and whoever wants it
  /// earlier has it asked for at once.
  public <T> Supplier<T> later(Statement statement, RowReader<T> reader) {
    requireUsable();
    var later = new Later<>(statement, results -> results.read(reader));
    waiting.add(later);
    return later;
  }

  /// Runs a statement in a savepoint; one that fails changes nothing, and the transaction goes on.
  ///
  /// @return why it failed
  @CanIgnoreReturnValue
  public Optional<ApiException> attempt(Statement statement) {
    update(Statement.of("savepoint attempt"));
    try {
      update(statement);
      update(Statement.of("release savepoint attempt"));
      return Optional.empty();
    } catch (ApiException e) {
      goBack("rollback to savepoint attempt");
      return Optional.of(e);
    }
  }

  /// Runs work in a savepoint that is taken back whatever comes of it; the transaction goes on with
  /// the role and the settings from before. What the work left to wait runs too: a trial tells what
  /// the work would come to.
  public <T> Outcome<T> trial(TransactionBody<T> work) {
    update(Statement.of("savepoint trial"));
    try {
      var value = work.run(this);
      flush();
      return new Outcome.Answered<>(value);
    } catch (ApiException e) {
      return new Outcome.Failed<>(e);
    } finally {
      goBack("rollback to savepoint trial;release savepoint trial");
    }
  }

  /// Runs work in a savepoint; work that fails changes nothing, and the transaction goes on.
  public <T> Outcome<T> step(TransactionBody<T> work) {
    update(Statement.of("savepoint step"));
    try {
      var value = work.run(this);
      update(Statement.of("release savepoint step"));
      return new Outcome.Answered<>(value);
    } catch (ApiException e) {
      goBack("rollback to savepoint step;release savepoint step");
      return new Outcome.Failed<>(e);
    }
  }

  /// To a savepoint, which was set: so the opening did run, and what waits came after both.
  private void goBack(String sql) {
    failure = null;
    unanswered = false;
    waiting.clear();
    update(Statement.of(sql));
  }

  /// Ends the transaction; one in which nothing was sent needs no end. After a failed statement
  /// Postgres turns a commit into a silent rollback; whoever caught the failure inside the
  /// transaction is told of it here instead.
  void commit(CommitPosition position, SessionReset reset, Share share, Access access) {
    requireUsable();
    if (!sent && waiting.isEmpty()) {
      return;
    }
    var ending = Batch.Ending.COMMIT;
    var sql =
        reset.ending(access, ending)
            + position.question(access, ending)
            + reset.after(access, ending);
    var _ =
        send(
            Statement.of(sql),
            executed -> {
              position.tell(executed, share, access, ending);
              return true;
            });
  }

  /// Has nothing more be sent, whoever still knows this transaction.
  void end() {
    ended = true;
    waiting.clear();
  }

  boolean isSent() {
    return sent;
  }

  /// What Postgres or the driver said when the transaction failed.
  @Nullable SQLException failure() {
    return unanswered && failure == null
        ? new SQLException("the database has not answered", "08006")
        : failure;
  }

  /// Sends the opening and what waits, where they were not.
  private void flush() {
    if (!sent || !waiting.isEmpty()) {
      var _ = send(Statement.of(""), _ -> true);
    }
  }

  /// Sends the opening, where it was not sent, and what waits with the statement in one message
  /// group.
  private <T> T send(Statement statement, Answer<T> answer) {
    requireUsable();
    var group = group(statement);
    try (var prepared = connection.prepareStatement(group.sql())) {
      Binding.bind(prepared, 1, group.values());
      int before = sent ? 0 : opening.results();
      var asked = List.copyOf(waiting);
      waiting.clear();
      sent = true;
      unanswered = true;
      prepared.execute();
      unanswered = false;
      var results = new Results(prepared);
      results.skip(before);
      for (var each : asked) {
        each.read(results);
      }
      return answer.read(prepared);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private Statement group(Statement statement) {
    if (sent && waiting.isEmpty()) {
      return statement;
    }
    var sql = new StringJoiner(";");
    var values = new ArrayList<@Nullable Object>();
    if (!sent) {
      sql.add(opening.sql());
      values.addAll(opening.values());
    }
    for (var each : waiting) {
      sql.add(each.statement.sql());
      values.addAll(each.statement.values());
    }
    sql.add(statement.sql());
    values.addAll(statement.values());
    return new Statement(sql.toString(), values);
  }

  private static int count(PreparedStatement executed) throws SQLException {
    try (var rows = executed.getResultSet()) {
      if (rows == null) {
        return executed.getUpdateCount();
      }
      int count = 0;
      while (rows.next()) {
        count++;
      }
      return count;
    }
  }

  private void requireUsable() {
    if (ended) {
      throw new IllegalStateException("the transaction has ended");
    }
    var known = failure();
    if (known != null) {
      throw SqlFailure.of(known);
    }
  }

  private ApiException failed(SQLException e) {
    failure = e;
    return SqlFailure.of(e);
  }
}
