package io.stabbur.realtime.change;

import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Ask;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.row.MissingValues;
import io.stabbur.realtime.change.table.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Postgres as subscribers, on a few connections of those for requests: each in a read-only
/// transaction of its own with its role, claims and token check, exactly as a request of the data
/// API would be, many of them in one round trip. An error of one subscriber's policy hides the row
/// from that subscriber alone.
final class Probes {
  private static final Logger LOG = LoggerFactory.getLogger(Probes.class);
  private static final String CANCELED = "57014";
  private static final String NO_RIGHT = "42501";
  private static final int PORTION = 64;
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

  /// What one subscriber asks, and where the answer goes. An answer that does not come leaves the
  /// question as it is: nothing is visible.
  interface Question {
    ClaimsKey asker();

    Table table();

    Statement statement();

    RowReader<Boolean> reader();
  }

  /// Which rows of a table a subscriber sees, by their keys.
  static final class Visible implements Question {
    private final ClaimsKey asker;
    private final Table table;
    private final List<RowKey> rows;
    private volatile Set<RowKey> visible = Set.of();

    Visible(ClaimsKey asker, Table table, List<RowKey> rows) {
      this.asker = asker;
      this.table = table;
      this.rows = rows;
    }

    /// Whether the row was found visible.
    boolean shows(RowKey row) {
      return visible.contains(row);
    }

    @Override
    public ClaimsKey asker() {
      return asker;
    }

    @Override
    public Table table() {
      return table;
    }

    // select u.n from unnest(?::uuid[]) with ordinality u ("0", n)
    // join "public"."notes" r on r."id" = u."0"
    @Override
    public Statement statement() {
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

    @Override
    public RowReader<Boolean> reader() {
      return result -> {
        var seen = new HashSet<RowKey>();
        while (result.next()) {
          seen.add(rows.get(result.getInt(1) - 1));
        }
        visible = seen;
        return true;
      };
    }
  }

  /// The values of a primary key.
  record RowKey(List<String> values) {}

  /// Asks all questions and waits for the answers.
  void ask(List<? extends Question> questions) {
    if (questions.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    var open = portions(questions);
    int workers = Math.min(connections, open.size());
    var done = new CountDownLatch(Math.max(0, workers - 1));
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

  /// Questions of one role and table beside each other; those that failed before come alone.
  private static ConcurrentLinkedQueue<List<Question>> portions(
      List<? extends Question> questions) {
    var open = new ConcurrentLinkedQueue<List<Question>>();
    var sorted = new ArrayList<Question>();
    for (var question : questions) {
      if (question.asker().hasFailed()) {
        open.add(List.of(question));
      } else {
        sorted.add(question);
      }
    }
    sorted.sort(
        Comparator.comparing((Question question) -> question.asker().role())
            .thenComparingLong(question -> question.table().oid()));
    for (int from = 0; from < sorted.size(); from += PORTION) {
      open.add(sorted.subList(from, Math.min(from + PORTION, sorted.size())));
    }
    return open;
  }

  private static void await(CountDownLatch done) {
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void work(ConcurrentLinkedQueue<List<Question>> open) {
    for (var portion = open.poll(); portion != null; portion = open.poll()) {
      var asked = portion.stream().filter(question -> !question.asker().isPaused()).toList();
      if (!asked.isEmpty()) {
        answer(asked);
      }
    }
  }

  /// A database that is busy or away for a moment is asked again; a policy that fails is not.
  private void answer(List<Question> questions) {
    var open = questions;
    for (int attempt = 1; !open.isEmpty(); attempt++) {
      var again = new ArrayList<Question>();
      var outcomes = outcomes(open);
      for (int i = 0; i < open.size(); i++) {
        var question = open.get(i);
        switch (outcomes.get(i)) {
          case Outcome.Answered<Boolean> _ -> question.asker().answered();
          case Outcome.Failed<Boolean>(var failure) -> {
            if (attempt < ATTEMPTS && isPassing(failure.error())) {
              again.add(question);
            } else {
              failed(question, failure);
            }
          }
        }
      }
      open = again;
      if (!open.isEmpty()) {
        pause();
      }
    }
  }

  private List<Outcome<Boolean>> outcomes(List<Question> questions) {
    var asks = new ArrayList<Ask<Boolean>>(questions.size());
    for (var question : questions) {
      asks.add(new Ask<>(actor(question.asker()), question.statement(), question.reader()));
    }
    try {
      return api.readEach(Share.APPLIANCE, asks);
    } catch (ApiException e) {
      return questions.stream().<Outcome<Boolean>>map(_ -> new Outcome.Failed<>(e)).toList();
    }
  }

  private static boolean isPassing(ApiError error) {
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

  private void failed(Question question, ApiException e) {
    question.asker().failed();
    var state = e.error() instanceof Failure.Database said ? said.sqlState() : "";
    if (state.equals(CANCELED)) {
      question.asker().pause();
    }
    if (!state.equals(NO_RIGHT)) {
      counts.probeFailed();
      if (question.asker().isNews()) {
        LOG.warn(
            "A policy could not be asked for a subscriber; the change counts as hidden from it."
                + " table={} role={} SQLSTATE={}",
            question.table(),
            question.asker(),
            state);
      }
    }
  }

  private Actor actor(ClaimsKey key) {
    return key.caller()
        .actor()
        .onBehalfOf(Share.APPLIANCE)
        .with("statement_timeout", timeout.toMillis() + "ms")
        // else each question would be planned: Postgres takes an array of unknown length for long
        .with("plan_cache_mode", "force_generic_plan");
  }
}
