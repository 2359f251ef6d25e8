package io.stabbur.operations.probe;

import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Looks for traces of the other member: texts that stand in their rows alone, and rows of theirs
/// that are no longer where they were planted.
final class Traces {
  private static final int MOST = 100;

  /// The policy let a write through, and only a constraint stopped it.
  private static final Set<String> STOPPED_BY_CONSTRAINT = Set.of("23503", "23505", "23514");

  private final Transaction tx;
  private final Member other;
  private final Planting planting;
  private final Statement own;

  Traces(Transaction tx, Member other, Planting planting, String login) {
    this.tx = tx;
    this.other = other;
    this.planting = planting;
    this.own =
        Statement.of(
            "select set_config('role', ?, true), set_config('search_path', 'public, extensions', true),"
                + " set_config('request.jwt.claims', '', true), set_config('request.jwt.claim.sub', '', true)",
            login);
  }

  /// What came of a try.
  ///
  /// @param problem why nothing is known; empty where the answer stands
  record Found(boolean leaks, String problem) {
    static final Found NOTHING = new Found(false, "");
    static final Found LEAK = new Found(true, "");
  }

  /// How many rows the caller reads that hold a secret of the other; at most a hundred are counted.
  Outcome<Integer> seen(Member caller, Relation relation, Optional<String> bucket) {
    return tx.trial(
        trial -> {
          trial.query(caller.become(), _ -> true);
          return count(trial, caller, relation, bucket);
        });
  }

  int count(Transaction trial, Member caller, Relation relation, Optional<String> bucket) {
    var sql = new SqlText().add("select count(*) from (select 1 from ").append(relation.sql());
    sql.add(" as x where ").append(holdsSecret(relation, caller.role(), other));
    bucket.ifPresent(id -> sql.add(" and x.bucket_id = ").value(id));
    sql.add(" limit ").value(MOST).add(") as y");
    return trial.first(sql.statement(), row -> row.getInt(1)).orElse(0);
  }

  /// `exists (select from unnest(secrets) as w (word) where position(w.word in (row)::text) > 0)`
  ///
  /// @param reader only columns that this role may read; empty for all
  static SqlText holdsSecret(Relation relation, String reader, Member of) {
    var sql =
        new SqlText()
            .add("exists (select from pg_catalog.unnest(")
            .value(of.secretTexts())
            .add(") as w (word) where pg_catalog.strpos(");
    var readable =
        relation.columns().stream()
            .filter(column -> reader.isEmpty() || column.readBy().contains(reader))
            .toList();
    if (readable.isEmpty() || readable.size() == relation.columns().size()) {
      sql.add("pg_catalog.to_jsonb(x)::text");
    } else {
      sql.add("pg_catalog.jsonb_build_array(");
      for (int i = 0; i < readable.size(); i++) {
        if (i > 0) {
          sql.add(", ");
        }
        sql.add("x.").name(readable.get(i).name());
      }
      sql.add(")::text");
    }
    return sql.add(", w.word) > 0)");
  }

  /// Runs a statement as the caller and tells whether a row of the other has changed by it.
  ///
  /// @param targeted whether the statement is about rows of the other alone, so that a constraint
  ///   that refuses it is a sign that policies did not
  Found disturbed(Member caller, Statement statement, boolean targeted) {
    var outcome =
        tx.trial(
            trial -> {
              trial.query(caller.become(), _ -> true);
              // as the Storage API does before it deletes
              trial.query(
                  Statement.of("select set_config('storage.allow_delete_query', 'true', true)"),
                  _ -> true);
              trial.update(statement);
              trial.query(own, _ -> true);
              return !undisturbed(trial);
            });
    return judged(outcome, targeted);
  }

  /// Runs a statement as the caller and tells whether there are more rows of the other after it.
  Found added(Member caller, Relation relation, Statement statement) {
    var outcome =
        tx.trial(
            trial -> {
              trial.query(own, _ -> true);
              int before = owned(trial, relation);
              trial.query(caller.become(), _ -> true);
              trial.update(statement);
              trial.query(own, _ -> true);
              return owned(trial, relation) > before;
            });
    return judged(outcome, true);
  }

  /// How many rows of the other there are in small tables together.
  int owned(Transaction trial, List<Relation> relations) {
    return relations.stream()
        .filter(each -> each.isTable() && each.rows() < RelationProbe.SMALL)
        .mapToInt(each -> owned(trial, each))
        .sum();
  }

  private int owned(Transaction trial, Relation relation) {
    var sql = new SqlText().add("select count(*) from ").append(relation.sql()).add(" as x where ");
    sql.append(holdsSecret(relation, "", other));
    return trial.first(sql.statement(), row -> row.getInt(1)).orElse(0);
  }

  private static Found judged(Outcome<Boolean> outcome, boolean targeted) {
    return switch (outcome) {
      case Outcome.Answered<Boolean>(var leaks) -> leaks ? Found.LEAK : Found.NOTHING;
      case Outcome.Failed<Boolean>(var failure) -> {
        var state = failure.error() instanceof Failure.Database error ? error.sqlState() : "";
        yield targeted && STOPPED_BY_CONSTRAINT.contains(state)
            ? Found.LEAK
            : new Found(false, Parties.reason(failure));
      }
    };
  }

  /// Has the transaction go on as its login.
  Statement asOwn() {
    return own;
  }

  /// Whether each row of the other is still where it was planted.
  boolean undisturbed(Transaction trial) {
    var byTable = new LinkedHashMap<Relation, List<Planting.Row>>();
    planting
        .rows(other)
        .forEach(row -> byTable.computeIfAbsent(row.table(), _ -> new ArrayList<>()).add(row));
    return byTable.isEmpty() || still(trial, byTable) == planting.rows(other).size();
  }

  private static int still(Transaction trial, Map<Relation, List<Planting.Row>> byTable) {
    var sql = new SqlText().add("select ");
    boolean first = true;
    for (var each : byTable.entrySet()) {
      if (!first) {
        sql.add(" + ");
      }
      first = false;
      sql.add("(select count(*) from ")
          .append(each.getKey().sql())
          .add(" as x where x.ctid = any (");
      sql.value(each.getValue().stream().map(Planting.Row::tid).toArray(String[]::new));
      sql.add("::pg_catalog.tid[]) and x.tableoid::bigint || ' ' || x.ctid = any (");
      sql.value(each.getValue().stream().map(Planting.Row::place).toArray(String[]::new));
      sql.add("))");
    }
    return trial.first(sql.statement(), row -> row.getInt(1)).orElse(0);
  }
}
