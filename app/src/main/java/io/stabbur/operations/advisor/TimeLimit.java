package io.stabbur.operations.advisor;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.time.Duration;

/// How long one report may take, and each question of it, so that no name and no condition that a
/// database holds keeps the advisor from answering. Postgres ends a question that takes longer.
final class TimeLimit {
  private static final Duration WHOLE = Duration.ofSeconds(20);
  private static final Duration EACH = Duration.ofSeconds(4);

  private final long began = System.nanoTime();

  /// Whether no time is left for another question.
  boolean isUp() {
    return left() <= 0;
  }

  /// Limits the statements that follow in this transaction, or up to the end of its savepoint.
  void apply(Transaction tx) {
    var longest = Math.clamp(left(), 1, EACH.toMillis());
    var _ =
        tx.list(
            Statement.of(
                "select pg_catalog.set_config('statement_timeout', ?, true)", longest + "ms"),
            _ -> true);
  }

  /// Milliseconds.
  private long left() {
    return WHOLE.toMillis() - (System.nanoTime() - began) / 1_000_000;
  }
}
