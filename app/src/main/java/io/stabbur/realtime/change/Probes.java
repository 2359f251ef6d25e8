package io.stabbur.realtime.change;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.row.MissingValues;
import io.stabbur.realtime.change.table.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Postgres which rows a caller sees, as that caller: for each role with its claims one
/// read-only transaction that answers for all rows of a table that wait. An error of one caller's
/// policy hides the row from that caller alone.
final class Probes {
  private static final Logger LOG = LoggerFactory.getLogger(Probes.class);
  private static final String CANCELED = "57014";
  private static final Set<String> NO_RIGHT = Set.of("42501");
  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Database api;
  private final int connections;
  private final Duration timeout;
  private final ChangeCounts counts;

  Probes(Database api, ChangeSettings settings, ChangeCounts counts) {
    this.api = api;
    this.connections = settings.probeConnections();
    this.timeout = settings.probeTimeout();
    this.counts = counts;
  }

  /// Rows of one table that one caller may or may not see, by their keys, and the answer.
  static final class Question {
    private final ClaimsKey asker;
    private final Table table;
    private final List<RowKey> rows;
    private volatile Set<RowKey> visible = Set.of();

    Question(ClaimsKey asker, Table table, List<RowKey> rows) {
      this.asker = asker;
      this.table = table;
      this.rows = rows;
    }

    /// Whether the row was found visible.
    boolean shows(RowKey row) {
      return visible.contains(row);
    }
  }

  /// The values of a primary key.
  record RowKey(List<String> values) {}

  /// Asks all questions, on a few connections at a time.
  void ask(List<Question> questions) {
    if (questions.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    var open = new ConcurrentLinkedQueue<>(questions);
    int workers = Math.min(connections, questions.size());
    var done = new CountDownLatch(workers - 1);
    for (int i = 1; i < workers; i++) {
      Thread.ofVirtual()
          .name("realtime-probe")
          .start(
              () -> {
                try {
                  work(open);
                } finally {
                  done.countDown();
                }
              });
    }
    work(open);
    await(done);
    counts.probed(questions.size(), System.nanoTime() - start);
  }

  private static void await(CountDownLatch done) {
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void work(ConcurrentLinkedQueue<Question> open) {
    for (var question = open.poll(); question != null; question = open.poll()) {
      if (!question.asker.isPaused()) {
        question.visible = one(question);
      }
    }
  }

  private Set<RowKey> one(Question question) {
    for (int attempt = 1; ; attempt++) {
      try {
        var seen = visible(question);
        question.asker.answered();
        return seen;
      } catch (ApiException e) {
        if (attempt < ATTEMPTS && isPassing(e.error())) {
          pause();
          continue;
        }
        return failed(question, e);
      }
    }
  }

  private static boolean isPassing(Object error) {
    return error instanceof Failure.Unavailable
        || error instanceof Failure.Busy
        || error instanceof Failure.Crowded;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Set<RowKey> failed(Question question, ApiException e) {
    if (e.error() instanceof Failure.Database said) {
      if (said.sqlState().equals(CANCELED)) {
        question.asker.pause();
      }
      if (!NO_RIGHT.contains(said.sqlState())) {
        counts.probeFailed();
        LOG.warn(
            "A policy failed for a subscriber; the change counts as hidden from it. table={}"
                + " role={} SQLSTATE={}",
            question.table,
            question.asker,
            said.sqlState());
      }
    } else if (isPassing(e.error())) {
      counts.probeFailed();
      LOG.warn(
          "Policies could not be asked; the change counts as hidden. table={}", question.table);
    }
    return Set.of();
  }

  private Set<RowKey> visible(Question question) {
    var rows = question.rows;
    return api.exchange(
        actor(question.asker),
        Access.READ,
        statement(question.table, rows),
        result -> {
          var seen = new HashSet<RowKey>();
          while (result.next()) {
            seen.add(rows.get(result.getInt(1) - 1));
          }
          return seen;
        });
  }

  private Actor actor(ClaimsKey key) {
    return key.caller()
        .actor()
        .onBehalfOf(Share.APPLIANCE)
        .with("statement_timeout", timeout.toMillis() + "ms");
  }

  // select u.n from unnest(?::uuid[]) with ordinality u ("0", n)
  // join "public"."notes" r on r."id" = u."0"
  private static Statement statement(Table table, List<RowKey> rows) {
    var keys = new ArrayList<String[]>(rows.size());
    rows.forEach(row -> keys.add(row.values().toArray(String[]::new)));
    return new SqlText()
        .add("select u.n from ")
        .append(MissingValues.keys(table, keys))
        .add(" join ")
        .name(table.schema())
        .add(".")
        .name(table.name())
        .add(" r on ")
        .append(MissingValues.keyEquals(table))
        .statement();
  }
}
