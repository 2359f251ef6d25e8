package io.stabbur.realtime.change.table;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/// Has Postgres compare, convert and compute values that the stream has printed, as it would in a
/// query. Runs as the table's owner, who defined the types and expressions, and never as a
/// subscriber; in read-only transactions.
public final class Comparer {
  private static final Set<String> PATTERNS = Set.of("~~", "~~*", "~", "~*");
  private static final Set<String> EXPRESSIONS = Set.of("~", "~*");

  private static final String CANCELED = "57014";

  /// The longest statement that evaluates what a table's owner wrote.
  public static final Duration LONGEST = Duration.ofSeconds(10);

  private final Database database;

  public Comparer(Database database) {
    this.database = database;
  }

  /// What is asked of values of a column.
  ///
  /// @param operator in SQL
  /// @param wanted the outcome asked for; a comparison with NULL mostly has neither
  public record Question(Column column, String operator, Outcome wanted) {}

  /// The outcomes of a comparison.
  public enum Outcome {
    TRUE(") is true"),
    FALSE(") is false");

    private final String sql;

    Outcome(String sql) {
      this.sql = sql;
    }
  }

  /// What became of a comparison.
  public sealed interface Compared {
    /// Which values compare as asked, by their numbers from 0, for each literal.
    record Passed(List<BitSet> values) implements Compared {}

    /// It took longer than it may.
    record TooSlow() implements Compared {}
  }

  /// Compares all values with all literals, for so long at most. A literal that does not fit the
  /// column, which may have changed, compares with none.
  public Compared compare(
      Table table, Question question, String[] values, String[] literals, Duration longest) {
    try {
      return new Compared.Passed(pairs(table, question, values, literals, longest));
    } catch (ApiException e) {
      if (!(e.error() instanceof Failure.Database said)) {
        throw e;
      }
      if (said.sqlState().equals(CANCELED)) {
        return new Compared.TooSlow();
      }
      return literals.length > 1
          ? oneByOne(table, question, values, literals, longest)
          : new Compared.Passed(List.of(new BitSet()));
    }
  }

  private Compared oneByOne(
      Table table, Question question, String[] values, String[] literals, Duration longest) {
    var passed = new ArrayList<BitSet>();
    for (var literal : literals) {
      switch (compare(table, question, values, new String[] {literal}, longest)) {
        case Compared.Passed one -> passed.addAll(one.values());
        case Compared.TooSlow slow -> {
          return slow;
        }
      }
    }
    return new Compared.Passed(passed);
  }

  private List<BitSet> pairs(
      Table table, Question question, String[] values, String[] literals, Duration longest) {
    var passed = new ArrayList<BitSet>();
    for (int i = 0; i < literals.length; i++) {
      passed.add(new BitSet());
    }
    return database.transaction(
        actor(database, table, longest),
        Access.READ,
        tx ->
            tx.query(
                statement(question, values, literals),
                rows -> {
                  while (rows.next()) {
                    passed.get(rows.getInt(2) - 1).set(rows.getInt(1) - 1);
                  }
                  return passed;
                }));
  }

  // select v.n, l.n from unnest(?) with ordinality v (t, n)
  // cross join unnest(?) with ordinality l (t, n) where (v.t::numeric < l.t::numeric) is true
  private static Statement statement(Question question, String[] values, String[] literals) {
    return new SqlText()
        .add("select v.n, l.n from unnest(")
        .value(values)
        .add("::text[]) with ordinality v (t, n) cross join unnest(")
        .value(literals)
        .add("::text[]) with ordinality l (t, n) where (")
        .append(comparison(question, new SqlText().add("v.t"), new SqlText().add("l.t")))
        .printed(question.wanted().sql)
        .statement();
  }

  /// A comparison of nothing with a literal, which fails where the two cannot be compared or the
  /// literal is no regular expression.
  public static Statement trial(Column column, String operator, String literal) {
    var nothing = new SqlText().add("null");
    var question = new Question(column, operator, Outcome.TRUE);
    var sql =
        new SqlText()
            .add("select (")
            .append(comparison(question, nothing, new SqlText().value(literal)))
            .add(")::text");
    if (EXPRESSIONS.contains(operator)) {
      sql.add(", ''::text ~ ").value(literal).add("::text");
    }
    return sql.statement();
  }

  private static SqlText comparison(Question question, SqlText value, SqlText literal) {
    var column = question.column();
    var type = column.type().sqlName();
    var sql = new SqlText().add("(").append(value).add(")::").printed(type);
    if (column.collation() != null) {
      sql.add(" collate ").printed(column.collation());
    }
    sql.add(" ").printed(question.operator()).add(" ((").append(literal).add(")::");
    if (PATTERNS.contains(question.operator())) {
      return sql.add("text)");
    }
    return sql.printed(type).printed(question.operator().equals("= any") ? "[])" : ")");
  }

  /// As whom a table's own operators and expressions run, with texts read and printed as the stream
  /// prints them.
  ///
  /// @param longest how long each statement may take
  public static Actor actor(Database database, Table table, Duration longest) {
    var owner = table.owner();
    return Actor.of(owner == null ? database.login().user() : owner)
        .with("TimeZone", "UTC")
        .with("DateStyle", "ISO, MDY")
        .with("IntervalStyle", "postgres")
        .with("bytea_output", "hex")
        .with("extra_float_digits", "1")
        .with("statement_timeout", longest.toMillis() + "ms");
  }

  /// As whom stored values of types that Postgres brings along are compared, whoever owns them: no
  /// operator or cast that somebody has defined is found.
  ///
  /// @param longest how long each statement may take
  public static Actor ownActor(Database database, Duration longest) {
    return Actor.of(database.login().user())
        .with("search_path", "pg_catalog")
        .with("statement_timeout", longest.toMillis() + "ms");
  }

  /// What `to_jsonb` makes of values, in their order.
  public List<String> toJson(Table table, ValueType type, String[] values) {
    var sql =
        new SqlText()
            .add("select to_jsonb(v.t::")
            .printed(type.sqlName())
            .add(")::text from unnest(")
            .value(values)
            .add("::text[]) with ordinality v (t, n) order by v.n");
    return database.transaction(
        actor(database, table, LONGEST),
        Access.READ,
        tx -> tx.list(sql.statement(), row -> row.getString(1)));
  }
}
