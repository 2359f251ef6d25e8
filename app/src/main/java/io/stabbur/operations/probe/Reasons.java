package io.stabbur.operations.probe;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.advisor.Policy;
import io.stabbur.operations.advisor.Policy.Command;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which policies let a caller have a row: each is evaluated as the caller, over that row.
final class Reasons {
  private final Transaction tx;
  private final List<Policy> policies;

  Reasons(Transaction tx, List<Policy> policies) {
    this.tx = tx;
    this.policies = policies;
  }

  /// The permissive policies of a table that hold for the caller and the row; none where a
  /// restrictive one does not.
  List<String> holding(Member caller, String schema, String table, Command command, JsonNode row) {
    return holding(caller, schema, table, command, command == Command.INSERT, row, "");
  }

  /// The policies that let the caller turn a row into this one.
  List<String> holdingAfterwards(Member caller, String schema, String table, JsonNode row) {
    return holding(caller, schema, table, Command.UPDATE, true, row, "");
  }

  /// The policies on realtime's messages that hold for a topic.
  List<String> holding(Member caller, Command command, String topic, JsonNode message) {
    return holding(
        caller, "realtime", "messages", command, command == Command.INSERT, message, topic);
  }

  private List<String> holding(
      Member caller,
      String schema,
      String table,
      Command command,
      boolean isWritten,
      JsonNode row,
      String topic) {
    var holding = new ArrayList<String>();
    for (var policy : policies) {
      if (policy.schema().equals(schema)
          && policy.table().equals(table)
          && policy.covers(command)
          && (caller.role().equals("anon") ? policy.forAnon() : policy.forSignedIn())) {
        boolean holds = holds(caller, policy, isWritten, row, topic);
        if (policy.isPermissive() && holds) {
          holding.add(policy.name());
        } else if (!policy.isPermissive() && !holds) {
          return List.of();
        }
      }
    }
    return holding;
  }

  private boolean holds(
      Member caller, Policy policy, boolean isWritten, JsonNode row, String topic) {
    var text = isWritten ? policy.written() : policy.found();
    if (text.isEmpty()) {
      return false;
    }
    var sql =
        new SqlText()
            .add("select coalesce((")
            .printed(text.get())
            .add("), false) from pg_catalog.jsonb_populate_record(null::")
            .name(policy.schema())
            .add(".")
            .name(policy.table())
            .add(", ")
            .value(new Jsonb(Json.write(row)))
            .add(") as ")
            .name(policy.table());
    return tx.trial(
                trial -> {
                  trial.query(caller.become(), _ -> true);
                  trial.query(
                      Statement.of("select set_config('realtime.topic', ?, true)", topic),
                      _ -> true);
                  return trial.first(sql.statement(), each -> each.getBoolean(1));
                })
            instanceof Outcome.Answered<Optional<Boolean>>(var answer)
        && answer.orElse(false);
  }

  static String words(List<String> policies) {
    return (policies.size() == 1 ? "policy " : "policies ") + String.join(", ", policies);
  }
}
