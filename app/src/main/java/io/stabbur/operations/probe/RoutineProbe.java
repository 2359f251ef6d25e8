package io.stabbur.operations.probe;

import io.stabbur.operations.advisor.Advisor;
import io.stabbur.operations.probe.Matrix.Reach;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Untyped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Calls the exposed functions with ids of the other member, and looks for what comes back that was
/// not put in, and for rows that have changed.
final class RoutineProbe {
  private static final String ROUTINES = SqlFile.of(RoutineProbe.class, "routines");
  private static final int MOST_CANDIDATES = 12;

  private final Transaction tx;
  private final Member other;
  private final Traces traces;
  private final Set<String> problems = new LinkedHashSet<>();

  /// A function.
  ///
  /// @param types of its arguments
  record Routine(
      String schema,
      String name,
      boolean isDefiner,
      List<String> callers,
      String arguments,
      List<String> types,
      List<String> names) {
    static Routine of(ResultSet row) throws SQLException {
      return new Routine(
          String.valueOf(row.getString("schema_name")),
          String.valueOf(row.getString("name")),
          row.getBoolean("is_definer"),
          Relation.texts(row.getArray("callers")),
          String.valueOf(row.getString("arguments")),
          Relation.texts(row.getArray("types")),
          Relation.texts(row.getArray("names")));
    }

    @Override
    public String toString() {
      return schema + '.' + name + '(' + String.join(", ", types) + ')';
    }
  }

  RoutineProbe(Transaction tx, Member other, Traces traces) {
    this.tx = tx;
    this.other = other;
    this.traces = traces;
  }

  static List<Routine> routines(Transaction tx, List<String> schemas) {
    return tx.list(Advisor.scoped(ROUTINES, schemas), Routine::of);
  }

  /// What could not be tried.
  Set<String> problems() {
    return problems;
  }

  Reach run(Routine routine, Member caller) {
    if (!routine.callers().contains(caller.role())) {
      return new Reach(List.of(), "may not call it");
    }
    var deeds = EnumSet.noneOf(Deed.class);
    var failures = new LinkedHashSet<String>();
    boolean isTried = false;
    for (var candidate : candidates(routine)) {
      isTried |= call(routine, caller, candidate, deeds, failures);
    }
    if (!isTried) {
      problems.add("%s could not be tried: %s".formatted(routine, String.join("; ", failures)));
    }
    return new Reach(
        List.copyOf(deeds),
        deeds.isEmpty()
            ? "tells nothing of the other"
            : routine.isDefiner()
                ? "the function runs with its owner's rights"
                : "the function's tables let the caller");
  }

  /// What stands for the other in arguments: each of their secrets, where there is one to fill in.
  private Set<String> candidates(Routine routine) {
    var candidates = new LinkedHashSet<String>();
    if (routine.types().stream().anyMatch(type -> type.equals("uuid") || type.equals("text"))) {
      candidates.add(other.organization());
      candidates.add(other.person());
      other.secrets().stream().limit(MOST_CANDIDATES).forEach(candidates::add);
      candidates.remove("");
    } else {
      candidates.add("");
    }
    return candidates;
  }

  /// Whether the function answered or refused.
  private boolean call(
      Routine routine, Member caller, String candidate, Set<Deed> deeds, Set<String> failures) {
    var passed = new ArrayList<String>();
    var sql = new SqlText().add("select coalesce(string_agg(x::text, ' '), '') from ");
    sql.name(routine.schema()).add(".").name(routine.name()).add("(");
    for (int i = 0; i < routine.types().size(); i++) {
      if (i > 0) {
        sql.add(", ");
      }
      var value = argument(routine.types().get(i), routine.names().get(i), candidate);
      passed.add(value == null ? "" : value);
      if (value == null) {
        sql.add("null::").printed(routine.types().get(i));
      } else {
        sql.value(new Untyped(value)).add("::").printed(routine.types().get(i));
      }
    }
    sql.add(") as x");
    var outcome =
        tx.trial(
            trial -> {
              trial.query(caller.become(), _ -> true);
              var answer = trial.first(sql.statement(), row -> String.valueOf(row.getString(1)));
              trial.query(traces.asOwn(), _ -> true);
              return new Answer(answer.orElse(""), traces.undisturbed(trial));
            });
    if (outcome instanceof Outcome.Answered<Answer>(var answer)) {
      if (other.secrets().stream()
          .filter(secret -> !passed.contains(secret))
          .anyMatch(answer.text()::contains)) {
        deeds.add(Deed.SEES);
      }
      if (!answer.undisturbed()) {
        deeds.add(Deed.CHANGES);
      }
    }
    if (outcome instanceof Outcome.Failed<Answer>(var failure) && !Parties.isRefusal(failure)) {
      failures.add(Parties.reason(failure));
      return false;
    }
    return true;
  }

  private record Answer(String text, boolean undisturbed) {}

  private @Nullable String argument(String type, String name, String candidate) {
    return switch (type) {
      case "uuid" -> uuid(name, candidate);
      case "text", "character varying" -> candidate;
      case "integer", "bigint", "smallint", "numeric", "double precision", "real" -> "1";
      case "boolean" -> "true";
      case "json", "jsonb" -> "{}";
      case "date", "timestamp with time zone", "timestamp without time zone" -> "now";
      default -> type.endsWith("[]") ? "{}" : null;
    };
  }

  /// An argument whose name says what it is gets that.
  private @Nullable String uuid(String name, String candidate) {
    var bare = name.replaceFirst("^(p|arg|in)?_", "");
    if (Owners.ORGANIZATION.matcher(bare).matches() && !other.organization().isEmpty()) {
      return other.organization();
    }
    if (Owners.PERSON.matcher(bare).matches()) {
      return other.person();
    }
    return candidate.length() == 36 ? candidate : null;
  }
}
