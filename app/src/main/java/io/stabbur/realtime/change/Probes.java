package io.stabbur.realtime.change;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Postgres as subscribers, on a few connections of those for requests: with each one's role,
/// claims and token check, as a request of the data API would be. Many who ask about rows of one
/// table are asked in one statement ([ManyCallers]); where that fails, and for other questions,
/// each is asked in a read-only transaction of its own. An error of one subscriber's policy hides
/// the row from that subscriber alone.
final class Probes {
  private static final Logger LOG = LoggerFactory.getLogger(Probes.class);
  private static final String CANCELED = "57014";
  private static final String NO_RIGHT = "42501";
  private static final int PORTION = 256;

  /// How long slow policies are asked for each subscriber apart.
  private static final Duration SLOW = Duration.ofSeconds(30);

  /// From so many on, one statement for all is worth its setup.
  private static final int FEWEST_TOGETHER = 4;

  private static final Duration PAUSE = Duration.ofMillis(200);

  /// How long a database that is busy or away for a moment is asked again.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// SQLSTATEs of failures that pass: resources are used up, transactions conflict, a lock is held.
  private static final Set<String> PASSING = Set.of("53", "40", "55");

  private final Database api;
  private final int connections;

  /// Settings of all questions.
  private final Map<String, String> common;

  private final Duration timeout;

  /// Questions whose policies are too slow to be asked for many in the time of one.
  private final Cache<Kind, Boolean> slow =
      Caffeine.newBuilder().expireAfterWrite(SLOW).maximumSize(1_000).build();

  private final ChangeCounts counts;

  Probes(Database api, ChangeSettings settings, ChangeCounts counts) {
    this.api = api;
    this.connections = settings.probeConnections();
    this.timeout = settings.probeTimeout();
    this.common =
        Map.of(
            "statement_timeout",
            timeout.toMillis() + "ms",
            // else each question would be planned: an array of unknown length counts as long
            "plan_cache_mode",
            "force_generic_plan",
            // a policy that no index serves would be asked of each row of a small table
            "enable_seqscan",
            "off");
    this.counts = counts;
  }

  /// How a question ended.
  enum End {
    /// Not asked: its asker's policies took too long a moment ago.
    OPEN,
    ANSWERED,
    /// A policy failed, or the asker has no right.
    REFUSED,
    /// The database could not be asked, though it was tried for a while.
    MISSED
  }

  /// What one subscriber asks, and where the answer goes. An answer that does not come leaves the
  /// question as it is: nothing is visible.
  abstract static class Question {
    private final ClaimsKey asker;
    private final Table table;
    private volatile End end = End.OPEN;

    Question(ClaimsKey asker, Table table) {
      this.asker = asker;
      this.table = table;
    }

    ClaimsKey asker() {
      return asker;
    }

    Table table() {
      return table;
    }

    End end() {
      return end;
    }

    void answered() {
      end = End.ANSWERED;
      asker.answered();
    }

    abstract Statement statement();

    abstract RowReader<Boolean> reader();
  }

  /// Which rows of a table a subscriber sees, by their keys.
  static final class Visible extends Question {
    private final List<RowKey> rows;
    private volatile Set<RowKey> visible = Set.of();

    Visible(ClaimsKey asker, Table table, List<RowKey> rows) {
      super(asker, table);
      this.rows = rows;
    }

    /// Whether the row was found visible.
    boolean shows(RowKey row) {
      return visible.contains(row);
    }

    // select u.n from unnest(?::uuid[]) with ordinality u ("0", n)
    // join "public"."notes" r on r."id" = u."0"
    @Override
    Statement statement() {
      var keys = new ArrayList<String[]>(rows.size());
      rows.forEach(row -> keys.add(row.values().toArray(String[]::new)));
      return new SqlText()
          .add("select u.n from ")
          .append(MissingValues.keys(table(), keys))
          .add(" join ")
          .name(table().schema())
          .add(".")
          .name(table().name())
          .add(" r on ")
          .append(MissingValues.keyEquals(table()))
          .statement();
    }

    @Override
    RowReader<Boolean> reader() {
      return result -> {
        var numbers = new ArrayList<Long>();
        while (result.next()) {
          numbers.add(result.getLong(1));
        }
        see(numbers);
        return true;
      };
    }

    /// Takes the answer: numbers of the rows, from 1.
    private void see(List<Long> numbers) {
      var seen = new HashSet<RowKey>();
      numbers.forEach(number -> seen.add(rows.get(number.intValue() - 1)));
      visible = seen;
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

  /// Questions of one kind together; those that failed before come alone.
  private static ConcurrentLinkedQueue<List<Question>> portions(
      List<? extends Question> questions) {
    var open = new ConcurrentLinkedQueue<List<Question>>();
    var alike = new LinkedHashMap<Kind, List<Question>>();
    for (var question : questions) {
      if (question.asker().hasFailed()) {
        open.add(List.of(question));
      } else {
        alike.computeIfAbsent(Kind.of(question), _ -> new ArrayList<>()).add(question);
      }
    }
    for (var same : alike.values()) {
      for (int from = 0; from < same.size(); from += PORTION) {
        open.add(same.subList(from, Math.min(from + PORTION, same.size())));
      }
    }
    return open;
  }

  private record Kind(Class<?> question, String role, long table) {
    static Kind of(Question question) {
      return new Kind(question.getClass(), question.asker().role(), question.table().oid());
    }
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

  private void answer(List<Question> questions) {
    var rows =
        questions.stream().filter(Visible.class::isInstance).map(Visible.class::cast).toList();
    if (rows.size() < FEWEST_TOGETHER || rows.size() < questions.size() || !together(rows)) {
      apart(questions);
    }
  }

  /// Whether all were answered by one statement, which may take no longer than one question.
  private boolean together(List<Visible> questions) {
    var kind = Kind.of(questions.getFirst());
    if (slow.getIfPresent(kind) != null) {
      return false;
    }
    var callers =
        questions.stream()
            .map(
                each ->
                    new ManyCallers.Asked(
                        each.asker().caller(), each.asker().caller().actor(), each.statement()))
            .toList();
    long start = System.nanoTime();
    var answers = ManyCallers.ask(api, Share.APPLIANCE, callers, common);
    if (answers.isEmpty() && System.nanoTime() - start >= timeout.toNanos() / 2) {
      slow.put(kind, true);
    }
    for (int i = 0; i < answers.size(); i++) {
      questions.get(i).see(answers.get(i));
      questions.get(i).answered();
    }
    return !answers.isEmpty();
  }

  /// A database that is busy or away for a moment is asked again; a policy that fails is not.
  private void apart(List<Question> questions) {
    var open = questions;
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    while (!open.isEmpty()) {
      var again = new ArrayList<Question>();
      var outcomes = outcomes(open);
      for (int i = 0; i < open.size(); i++) {
        var question = open.get(i);
        switch (outcomes.get(i)) {
          case Outcome.Answered<Boolean> _ -> {
            question.answered();
          }
          case Outcome.Failed<Boolean>(var failure) -> {
            if (!isPassing(failure.error())) {
              question.end = End.REFUSED;
              failed(question, failure);
            } else if (System.nanoTime() - giveUp < 0) {
              again.add(question);
            } else {
              question.end = End.MISSED;
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
    try {
      return api.readEach(Share.APPLIANCE, questions.stream().map(this::ask).toList());
    } catch (ApiException e) {
      return questions.stream().<Outcome<Boolean>>map(_ -> new Outcome.Failed<>(e)).toList();
    }
  }

  private Ask<Boolean> ask(Question question) {
    return new Ask<>(actor(question.asker()), question.statement(), question.reader());
  }

  private static boolean isPassing(ApiError error) {
    return error instanceof Failure.Unavailable
        || error instanceof Failure.Busy
        || error instanceof Failure.Crowded
        || (error instanceof Failure.Database said
            && said.sqlState().length() > 2
            && PASSING.contains(said.sqlState().substring(0, 2)));
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
    return key.caller().actor().onBehalfOf(Share.APPLIANCE).with(common);
  }
}
