package io.stabbur.operations.advisor;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Asks Postgres what conditions of policies mean: each is evaluated for callers to whom nothing
/// belongs, over rows that belong to nobody. `true`, `1 = 1`, `coalesce(x, true)`, `id = id` and
/// `auth.uid() is not null` all let the stranger have every row, however they are written.
///
/// The rows are made up and stand in no table, so it asks for no row and writes none.
final class PolicyTrial {
  /// How many of the made-up rows a condition lets a caller have.
  enum Reach {
    NO_ROW,
    SOME_ROWS,
    EVERY_ROW;

    Reach and(Reach other) {
      return this == other ? this : SOME_ROWS;
    }
  }

  private static final int ROWS = 8;
  private static final int MOST_WORDS = 12;
  private static final int LONGEST_WORD = 60;
  private static final Pattern WORD = Pattern.compile("'((?:[^']++|'')++)'");
  private static final String RECURSION = "42P17";
  private static final String CANCELED = "57014";

  /// Syntax error or access rule violation.
  private static final String WRONG = "42";

  private final Transaction tx;
  private final List<Policy> policies;
  private final Map<Policy.Table, List<Column>> columns;
  private final Map<Question, Reach> answers = new LinkedHashMap<>();
  private final Set<Policy> recursive = new LinkedHashSet<>();
  private final Set<Policy> unjudged = new LinkedHashSet<>();
  private final TimeLimit limit;

  private record Question(Stranger caller, Policy policy, boolean isCheck) {
    String text() {
      return (isCheck ? policy.written() : policy.found()).orElse("true");
    }
  }

  PolicyTrial(
      Transaction tx,
      List<Policy> policies,
      Map<Policy.Table, List<Column>> columns,
      TimeLimit limit) {
    this.tx = tx;
    this.policies = policies;
    this.columns = columns;
    this.limit = limit;
  }

  /// Which rows the policy, together with the restrictive ones beside it, lets the caller read,
  /// change or remove.
  Reach found(Stranger caller, Policy policy) {
    return policy.found().isEmpty() ? Reach.NO_ROW : reach(new Question(caller, policy, false));
  }

  /// Which rows it lets the caller write.
  Reach written(Stranger caller, Policy policy) {
    return policy.written().isEmpty() ? Reach.NO_ROW : reach(new Question(caller, policy, true));
  }

  /// Whether a policy that was asked reads its own table.
  boolean isRecursive(Policy policy) {
    return recursive.contains(policy);
  }

  /// Whose conditions took too long, one sentence each.
  List<String> unjudged() {
    return unjudged.stream()
        .map(each -> "Policy %s of %s: no answer in time".formatted(each.name(), each.of()))
        .toList();
  }

  /// All conditions of a table are asked together: that is one round trip for a table and a caller.
  private Reach reach(Question question) {
    if (!answers.containsKey(question)) {
      var together = new ArrayList<Question>();
      for (var policy : policies) {
        if (policy.isOf(question.policy().of()) && policy.isPermissive()) {
          if (policy.found().isPresent()) {
            together.add(new Question(question.caller(), policy, false));
          }
          if (policy.written().isPresent()) {
            together.add(new Question(question.caller(), policy, true));
          }
        }
      }
      ask(together, rows(question.caller(), question.policy().of()));
    }
    return answers.getOrDefault(question, Reach.NO_ROW);
  }

  private void ask(List<Question> questions, List<JsonNode> rows) {
    var open = questions.stream().filter(each -> !isGivenUp(each)).toList();
    if (!open.isEmpty()) {
      put(open, rows);
    }
  }

  /// A condition that took too long once is not asked again.
  private boolean isGivenUp(Question question) {
    if (limit.isUp() || unjudged.contains(question.policy())) {
      giveUp(question);
      return true;
    }
    return false;
  }

  private void put(List<Question> questions, List<JsonNode> rows) {
    switch (attempt(questions, rows)) {
      case Outcome.Answered<List<Reach>>(var reaches) -> {
        for (int i = 0; i < questions.size(); i++) {
          answers.merge(questions.get(i), reaches.get(i), Reach::and);
        }
      }
      case Outcome.Failed<List<Reach>>(var failure) -> {
        if (questions.size() > 1) {
          questions.forEach(each -> ask(List.of(each), rows));
        } else {
          failed(questions.getFirst(), rows, failure);
        }
      }
    }
  }

  private void giveUp(Question question) {
    unjudged.add(question.policy());
    answers.merge(question, Reach.NO_ROW, Reach::and);
  }

  /// A condition that fails lets nobody have the row. One that is wrong, whatever the row, fails
  /// for all of them; others may fail for a value alone, such as a text that is no number.
  private void failed(Question question, List<JsonNode> rows, ApiException failure) {
    var state = failure.error() instanceof Failure.Database error ? error.sqlState() : "";
    if (state.equals(RECURSION)) {
      recursive.add(question.policy());
    }
    if (state.equals(CANCELED)) {
      giveUp(question);
    } else if (rows.size() > 1 && !state.startsWith(WRONG)) {
      rows.forEach(row -> ask(List.of(question), List.of(row)));
    } else {
      answers.merge(question, Reach.NO_ROW, Reach::and);
    }
  }

  /// `select bool_and(p.c0), bool_or(p.c0), … from (select coalesce((condition), false) as c0, …
  /// from jsonb_populate_recordset(null::public.notes, '[…]') as notes) p`
  private Outcome<List<Reach>> attempt(List<Question> questions, List<JsonNode> rows) {
    var table = questions.getFirst().policy();
    var sql = new SqlText().add("select ");
    for (int i = 0; i < questions.size(); i++) {
      var column = "c" + i;
      if (i > 0) {
        sql.add(", ");
      }
      sql.add("pg_catalog.bool_and(p.").name(column).add("), pg_catalog.bool_or(p.");
      sql.name(column).add(")");
    }
    sql.add(" from (select ");
    for (int i = 0; i < questions.size(); i++) {
      if (i > 0) {
        sql.add(", ");
      }
      sql.add("coalesce((").append(condition(questions.get(i)));
      sql.add("), false) as ").name("c" + i);
    }
    sql.add(" from pg_catalog.jsonb_populate_recordset(null::").name(table.schema()).add(".");
    sql.name(table.table()).add(", ").value(new Jsonb(Json.write(JsonNode.createArrayNode(rows))));
    sql.add(") as ").name(table.table()).add(") p");
    return tx.trial(
        trial -> {
          limit.apply(trial);
          trial.query(questions.getFirst().caller().become(), _ -> true);
          return trial.query(sql.statement(), answer -> reaches(answer, questions.size()));
        });
  }

  private static List<Reach> reaches(ResultSet answer, int questions) throws SQLException {
    var reaches = new ArrayList<Reach>();
    if (answer.next()) {
      for (int i = 0; i < questions; i++) {
        reaches.add(
            answer.getBoolean(2 * i + 1)
                ? Reach.EVERY_ROW
                : answer.getBoolean(2 * i + 2) ? Reach.SOME_ROWS : Reach.NO_ROW);
      }
    }
    return reaches;
  }

  /// A permissive policy opens only what every restrictive one beside it leaves open.
  private SqlText condition(Question question) {
    var sql = new SqlText().printed(question.text());
    for (var other : policies) {
      if (!other.isPermissive()
          && other.isOf(question.policy().of())
          && binds(other, question.policy())
          && isFor(other, question.caller())) {
        (question.isCheck() ? other.written() : other.found())
            .ifPresent(text -> sql.add(") and (").printed(text));
      }
    }
    return sql;
  }

  /// Whether a restrictive policy is asked for all that the permissive one is for.
  private static boolean binds(Policy restrictive, Policy permissive) {
    return restrictive.command() == Policy.Command.ALL
        || restrictive.command() == permissive.command();
  }

  private static boolean isFor(Policy policy, Stranger caller) {
    return caller.role().equals("anon") ? policy.forAnon() : policy.forSignedIn();
  }

  private List<JsonNode> rows(Stranger caller, Policy.Table table) {
    var of = columns.getOrDefault(table, List.of());
    var words = words(table);
    var rows = new ArrayList<JsonNode>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(row(of, i, Optional.empty()));
    }
    for (int i = 0; i < words.size(); i++) {
      rows.add(row(of, i, Optional.of(words.get(i))));
      rows.add(row(of, i + 1, Optional.of(words.get(i))));
    }
    if (caller.equals(Stranger.ANONYMOUS_USER)) {
      rows.add(ownRow(of, caller));
    }
    return rows;
  }

  private static JsonNode row(List<Column> columns, int number, Optional<String> word) {
    var row = new LinkedHashMap<String, JsonNode>();
    columns.forEach(column -> row.put(column.name(), column.value(number, word)));
    return JsonNode.createObjectNode(row);
  }

  private static JsonNode ownRow(List<Column> columns, Stranger caller) {
    var row = new LinkedHashMap<String, JsonNode>();
    for (var column : columns) {
      var owned = column.owned(caller.id());
      row.put(column.name(), owned == null ? column.value(0, Optional.empty()) : owned);
    }
    return JsonNode.createObjectNode(row);
  }

  /// Words that conditions of the table compare with: `status = 'draft'` holds for no random text.
  private List<String> words(Policy.Table table) {
    var words = new LinkedHashSet<String>();
    for (var policy : policies) {
      if (policy.isOf(table)) {
        for (var text : List.of(policy.using().orElse(""), policy.check().orElse(""))) {
          var matcher = WORD.matcher(text);
          while (matcher.find() && words.size() < MOST_WORDS) {
            var word = matcher.group(1).replace("''", "'");
            if (word.length() <= LONGEST_WORD) {
              words.add(word);
            }
          }
        }
      }
    }
    return List.copyOf(words);
  }
}
