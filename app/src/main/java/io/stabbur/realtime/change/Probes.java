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
import io.stabbur.realtime.change.table.Column;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.ValueType.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Postgres as subscribers, on a connection of those for requests: with each one's role,
/// claims and token check, as a request of the data API would be. Many who ask about rows of one
/// table are asked in one statement ([ManyCallers]); where that fails, and for other questions,
/// each is asked in a read-only transaction of its own. An error of one subscriber's policy hides
/// the row from that subscriber alone.
final class Probes {
  private static final Logger LOG = LoggerFactory.getLogger(Probes.class);
  private static final String CANCELED = "57014";
  private static final String NO_RIGHT = "42501";
  private static final int PORTION = 256;

  /// Types with higher numbers were made in the database.
  private static final long FIRST_OWN = 16_384;

  /// How long slow policies are asked for each subscriber apart.
  private static final Duration SLOW = Duration.ofSeconds(30);

  /// How long it counts that callers may share plans, as what is known of rights does.
  private static final Duration FRESH = Duration.ofSeconds(1);

  /// From so many on, one statement for all is worth its setup.
  private static final int FEWEST_TOGETHER = 4;

  private static final Duration PAUSE = Duration.ofMillis(200);

  /// How long a database that is busy or away for a moment is asked again.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// SQLSTATEs of failures that pass: resources are used up, transactions conflict, a lock is held.
  private static final Set<String> PASSING = Set.of("53", "40", "55");

  private final Database api;

  /// Settings of all questions.
  private final Map<String, String> common;

  /// The same for questions whose plan counts for one caller alone.
  private final Map<String, String> planned;

  private final Duration timeout;

  /// By a table's number, whether plans that callers share may be used.
  private final Cache<Long, Boolean> shared =
      Caffeine.newBuilder().expireAfterWrite(FRESH).maximumSize(10_000).build();

  /// Questions whose policies are too slow to be asked for many in the time of one.
  private final Cache<Kind, Boolean> slow =
      Caffeine.newBuilder().expireAfterWrite(SLOW).maximumSize(1_000).build();

  private final ChangeCounts counts;

  Probes(Database api, ChangeSettings settings, ChangeCounts counts) {
    this.api = api;
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
            "off",
            // a table without an index counts as dear then, and would be compiled for
            "jit",
            "off");
    var anew = new HashMap<>(common);
    // all questions have values, so each has a plan of its own, also where it is prepared
    anew.put("plan_cache_mode", "force_custom_plan");
    this.planned = Map.copyOf(anew);
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

    boolean isPaused() {
      return asker.isPaused(table.oid());
    }

    End end() {
      return end;
    }

    void answered() {
      end = End.ANSWERED;
      asker.answered(table.oid());
    }

    abstract Statement statement();

    abstract RowReader<Boolean> reader();
  }

  /// Which rows of a table a subscriber sees, by their keys.
  static final class Visible extends Question {
    private final List<RowKey> rows;
    private volatile BitSet visible = new BitSet(0);

    Visible(ClaimsKey asker, Table table, List<RowKey> rows) {
      super(asker, table);
      this.rows = rows;
    }

    /// Whether the row of a position among the question's was found visible.
    boolean shows(int position) {
      return visible.get(position);
    }

    // select u.n from unnest(?::uuid[]) with ordinality u ("0", n)
    // join "public"."notes" r on r."id" = u."0"
    @Override
    Statement statement() {
      var column = table().columns().get(table().key().getFirst());
      if (table().key().size() == 1 && isPlain(column)) {
        return ofOne(column);
      }
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

    // the same of a key of one column, without a join: select pg_catalog.array_position(?::uuid[],
    // r."id") from "public"."notes" r where r."id" = any (?::uuid[])
    private Statement ofOne(Column column) {
      var keys = rows.stream().map(row -> row.values().getFirst()).toArray(String[]::new);
      return new SqlText()
          .add("select pg_catalog.array_position(")
          .append(array(column, keys))
          .add(", r.")
          .name(column.name())
          .add(")::int8 from ")
          .name(table().schema())
          .add(".")
          .name(table().name())
          .add(" r where r.")
          .name(column.name())
          .add(" = any (")
          .append(array(column, keys))
          .add(")")
          .statement();
    }

    /// A type of Postgres' own whose values are equal where their texts are.
    private static boolean isPlain(Column column) {
      return column.comparison() == Comparison.BY_TEXT && column.type().oid() < FIRST_OWN;
    }

    private static SqlText array(Column column, String[] keys) {
      var type = column.type().sqlName();
      return new SqlText().value(keys).add("::").printed(type).add("[]");
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
      var seen = new BitSet(rows.size());
      numbers.forEach(number -> seen.set(number.intValue() - 1));
      visible = seen;
    }
  }

  /// The values of a primary key.
  record RowKey(List<String> values) {
    /// The key of an event's new row; absent where it has none that is known.
    static @Nullable RowKey of(Event event) {
      var image = event.image();
      var key = image == null ? null : image.key();
      return key == null ? null : new RowKey(List.of(key));
    }
  }

  /// Asks all questions and waits for the answers.
  void ask(List<? extends Question> questions) {
    if (questions.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    int probed = 0;
    for (var portion : portions(questions)) {
      var asked = portion.stream().filter(question -> !question.isPaused()).toList();
      counts.probesPaused(portion.size() - asked.size());
      if (!asked.isEmpty()) {
        probed += asked.size();
        answer(asked);
      }
    }
    counts.probed(probed, System.nanoTime() - start);
  }

  /// Questions of one kind together; those that failed before come alone.
  private static List<List<Question>> portions(List<? extends Question> questions) {
    var open = new ArrayList<List<Question>>();
    var alike = new LinkedHashMap<Kind, List<Question>>();
    for (var question : questions) {
      if (question.asker().hasFailed(question.table().oid())) {
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

  private record Kind(Class<?> question, String role, List<String> settings, long table) {
    static Kind of(Question question) {
      var asker = question.asker();
      return new Kind(question.getClass(), asker.role(), asker.settings(), question.table().oid());
    }
  }

  private void answer(List<Question> questions) {
    var rows =
        questions.stream().filter(Visible.class::isInstance).map(Visible.class::cast).toList();
    if (rows.size() < FEWEST_TOGETHER
        || rows.size() < questions.size()
        || !maySharePlans(rows.getFirst().table())
        || !together(rows)) {
      apart(questions);
    }
  }

  /// Policies may call a function that is declared `immutable` and reads the claims: a plan that
  /// several callers share would then answer all of them as the first. A table is made and its
  /// policies change at any time, so the database is asked for each table.
  private boolean maySharePlans(Table table) {
    return shared.get(table.oid(), _ -> mayKeepPlans());
  }

  private boolean mayKeepPlans() {
    try {
      return api.mayKeepPlans();
    } catch (ApiException _) {
      return false;
    }
  }

  /// Whether all were answered by one statement, which may take no longer than one question.
  private boolean together(List<Visible> questions) {
    var kind = Kind.of(questions.getFirst());
    if (slow.getIfPresent(kind) != null) {
      return false;
    }
    var statements = new IdentityHashMap<List<RowKey>, Statement>();
    var callers = new ArrayList<ManyCallers.Asked>(questions.size());
    for (var each : questions) {
      var statement = statements.computeIfAbsent(each.rows, _ -> each.statement());
      callers.add(new ManyCallers.Asked(each.asker().asMany(), statement));
    }
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
    return new Ask<>(actor(question), question.statement(), question.reader());
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
    question.asker().failed(question.table().oid());
    var state = e.error() instanceof Failure.Database said ? said.sqlState() : "";
    if (state.equals(CANCELED)) {
      question.asker().pause(question.table().oid());
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

  private Actor actor(Question question) {
    var settings = maySharePlans(question.table()) ? common : planned;
    return question.asker().caller().actor().onBehalfOf(Share.APPLIANCE).with(settings);
  }
}
