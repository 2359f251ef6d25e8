package io.stabbur.data;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.Standing;
import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.plan.RowSources;
import io.stabbur.data.reply.Outcome;
import io.stabbur.data.reply.Reply;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.Incoming;
import io.stabbur.data.request.Media;
import io.stabbur.data.request.Preferences;
import io.stabbur.data.sql.SqlWriter;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.db.Batch.Ending;
import io.stabbur.platform.db.Batch.Isolation;
import io.stabbur.platform.db.Results;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.replica.ReadReplicas;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Carries out plans: the only stage that talks to the database, and it does so once for each
/// request.
final class Executor {
  private static final Pattern GUARD =
      Pattern.compile("\"stabbur\\.(single|affected|key|large)\\.(\\d+)\"");
  private static final Pattern PLAN_ROWS = Pattern.compile("\"Plan Rows\": (\\d+)");

  private final DataRules rules;
  private final Catalog catalog;
  private final SqlWriter writer;
  private final Spool spool;
  private final Caller caller;
  private final Standing standing;
  private String server = ReadReplicas.PRIMARY;

  Executor(DataRoom.Current current, Caller caller, Standing standing) {
    this.rules = current.rules();
    this.catalog = current.catalog();
    this.writer = current.writer();
    this.spool = current.spool();
    this.caller = caller;
    this.standing = standing;
  }

  Outcome run(DataPlan.Rows plan, DataRequest wanted, Incoming incoming) {
    var request = countable(plan, wanted);
    var statements = new ArrayList<Statement>(3);
    var before = rules.preRequest() == null ? 0 : 1;
    if (rules.preRequest() != null) {
      statements.add(SessionSettings.call(rules.preRequest()));
    }
    statements.add(writer.write(plan, request));
    var explains = plan instanceof DataPlan.Read && request.countsByPlan();
    if (explains) {
      statements.add(writer.explainCount(plan.rows()));
    }
    var outcome =
        exchange(
            plan,
            incoming,
            request,
            new Batch(statements, isolation(plan), ending(request.preferences())),
            results -> {
              if (before == 1) {
                results.skip();
              }
              var read = results.read(rows -> outcome(plan, rows));
              return explains
                  ? withPlannedCount(read, request, results.read(Executor::plannedRows))
                  : read;
            });
    checkSingular(plan, outcome);
    return withinReach(
        request,
        outcome.body() instanceof Reply.Body.None && plan instanceof DataPlan.Read read
            ? streamed(read, request, incoming)
            : outcome);
  }

  /// The planner is not asked about rows that policies may hide from the caller.
  private DataRequest countable(DataPlan.Rows plan, DataRequest request) {
    return rules.plannedCounts() == DataRules.PlannedCounts.OWN_ROWS
            && request.countsByPlan()
            && RowSources.areGuarded(plan.rows(), catalog.rowSecurity(), caller.role())
        ? request.withoutPlanner()
        : request;
  }

  /// Where counting ended at its bound, there are at least the rows of the page.
  private static Outcome withinReach(DataRequest request, Outcome outcome) {
    var total = outcome.total();
    return total == null || outcome.page() == 0 || !request.countsWithinBound()
        ? outcome
        : outcome.withTotal(Math.max(total, request.range().offset() + outcome.page()));
  }

  /// The whole request once more, since its answer turned out too large to be handed over in one
  /// piece: all of it in one transaction with one view of the data, its rows a few at a time.
  private Outcome streamed(DataPlan.Read plan, DataRequest request, Incoming incoming) {
    var actor = new SessionSettings(rules).actor(caller, plan, request, incoming);
    server = ReadReplicas.PRIMARY;
    try {
      return caller
          .project()
          .api()
          .transaction(actor, Access.READ, oneView(plan), tx -> streamed(plan, request, tx));
    } catch (ApiException e) {
      throw e.error() instanceof Failure.Database failure ? refusal(failure) : e;
    }
  }

  private Outcome streamed(DataPlan.Read plan, DataRequest request, Transaction tx) {
    if (rules.preRequest() != null) {
      tx.query(SessionSettings.call(rules.preRequest()), RowReader.none());
    }
    var total =
        request.countsExactly()
            ? tx.first(writer.count(plan, request), rows -> rows.getLong(1))
            : Optional.<Long>empty();
    var planned =
        request.countsByPlan()
            ? tx.query(writer.explainCount(plan.rows()), Executor::plannedRows)
            : null;
    var spooled = spool.fill(tx, writer.eachRow(plan), Spool.Form.of(plan.answer().handler()));
    var outcome =
        tx.query(
            SqlWriter.settings(),
            rows -> {
              rows.next();
              return new Outcome(
                  total.orElse(null),
                  spooled.rows(),
                  spooled.body(),
                  rows.getString(2),
                  rows.getString(3),
                  List.of(),
                  null);
            });
    return planned == null ? outcome : withPlannedCount(outcome, request, planned);
  }

  private Isolation oneView(DataPlan plan) {
    return isolation(plan) == Isolation.SERIALIZABLE
        ? Isolation.SERIALIZABLE
        : Isolation.REPEATABLE_READ;
  }

  <T> T exchange(
      DataPlan plan,
      Incoming incoming,
      DataRequest request,
      Batch batch,
      Results.Reader<T> reader) {
    var actor = new SessionSettings(rules).actor(caller, plan, request, incoming);
    if (ReadPlace.of(plan, incoming, batch) == ReadPlace.REPLICA && !replicas().isEmpty()) {
      var shown = ReadPlace.shown(incoming).orElseThrow();
      try {
        var answer = replicas().read(shown, actor, batch, reader);
        if (answer.isPresent()) {
          server = answer.get().server();
          return answer.get().value();
        }
      } catch (ApiException e) {
        throw e.error() instanceof Failure.Database failure ? refusal(failure) : e;
      }
    }
    server = ReadReplicas.PRIMARY;
    var access = plan.isReadOnly() ? Access.READ : Access.WRITE;
    try {
      return caller.project().api().exchange(actor, access, batch, reader);
    } catch (ApiException e) {
      throw e.error() instanceof Failure.Database failure ? refusal(failure) : e;
    }
  }

  /// The answer, with who gave it and what the caller must see from now on, where a project has
  /// replicas.
  Reply signed(Reply reply) {
    return replicas().isEmpty()
        ? reply
        : reply
            .with(ReadPlace.SERVER, server)
            .with(ReadPlace.POSITION, replicas().position(caller.share()).toString());
  }

  private ReadReplicas replicas() {
    return caller.project().replicas();
  }

  private ApiException refusal(Failure.Database failure) {
    if (failure.sqlState().equals("42704")) {
      var guard = GUARD.matcher(failure.message());
      if (guard.find()) {
        return broken(guard.group(1), Long.parseLong(guard.group(2))).exception();
      }
    }
    return new DataError.Database(
            failure.sqlState(), failure.message(), failure.detail(), failure.hint(), standing)
        .exception();
  }

  /// @param rows how many there were; bytes where size was guarded
  private static DataError broken(String guard, long rows) {
    return switch (guard) {
      case "single" -> new DataError.NotSingular(rows);
      case "large" -> new DataError.AnswerTooLarge(rows);
      case "affected" -> new DataError.TooManyAffected(rows);
      default -> new DataError.UpsertKeyMismatch();
    };
  }

  private @Nullable Isolation isolation(DataPlan plan) {
    var own = plan instanceof DataPlan.Call call ? call.call().routine().isolation() : null;
    return Isolation.named(own != null ? own : catalog.roleSettings().isolationOf(caller.role()));
  }

  private Ending ending(Preferences preferences) {
    if (preferences.end() == null) {
      return rules.ending();
    }
    return switch (preferences.end()) {
      case COMMIT -> Ending.COMMIT;
      case ROLLBACK -> Ending.ROLLBACK;
    };
  }

  /// Writes are guarded in SQL, where a broken guard undoes them; a read has nothing to undo.
  private static void checkSingular(DataPlan.Rows plan, Outcome outcome) {
    var single = plan.answer().media() instanceof Media.ObjectJson;
    if (single && outcome.page() != 1 && plan instanceof DataPlan.Read) {
      throw new DataError.NotSingular(outcome.page()).exception();
    }
  }

  private static Outcome outcome(DataPlan.Rows plan, ResultSet rows) throws SQLException {
    if (plan.answer().media() instanceof Media.Plan) {
      return explained(rows);
    }
    rows.next();
    var total = rows.getLong(1);
    var counted = !rows.wasNull();
    var body = rows.getBytes(3);
    return new Outcome(
        counted ? Long.valueOf(total) : null,
        rows.getLong(2),
        body == null ? new Reply.Body.None() : new Reply.Body.Bytes(body),
        rows.getString(4),
        rows.getString(5),
        plan instanceof DataPlan.Write ? location(rows) : List.of(),
        plan instanceof DataPlan.Write ? inserted(rows) : null);
  }

  private static Outcome explained(ResultSet rows) throws SQLException {
    var lines = new ByteArrayOutputStream();
    while (rows.next()) {
      lines.writeBytes(rows.getString(1).getBytes(StandardCharsets.UTF_8));
      lines.write('\n');
    }
    return new Outcome(
        null, 0, new Reply.Body.Bytes(lines.toByteArray()), null, null, List.of(), null);
  }

  private static List<String> location(ResultSet rows) throws SQLException {
    var pairs = rows.getArray(6);
    return pairs == null ? List.of() : List.of((String[]) pairs.getArray());
  }

  private static @Nullable Long inserted(ResultSet rows) throws SQLException {
    var inserted = rows.getLong(7);
    return rows.wasNull() ? null : Long.valueOf(inserted);
  }

  private Outcome withPlannedCount(Outcome outcome, DataRequest request, long planned) {
    var counted = outcome.total();
    if (request.preferences().count() == Preferences.Count.PLANNED || counted == null) {
      return outcome.withTotal(planned);
    }
    var most = rules.plan().maxRows();
    return most == null || counted > most ? outcome.withTotal(Math.max(counted, planned)) : outcome;
  }

  /// The first `Plan Rows` of a plan in JSON is that of its root.
  private static long plannedRows(ResultSet rows) throws SQLException {
    rows.next();
    var found = PLAN_ROWS.matcher(rows.getString(1));
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }
}
