package io.stabbur.realtime.change.table;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Has Postgres compare, convert and compute values that the stream has printed, as it would in a
/// query. Runs as the table's owner, who defined the types and expressions, and never as a
/// subscriber; in read-only transactions.
public final class Comparer {
  private static final Set<String> PATTERNS = Set.of("~~", "~~*", "~", "~*");
  private static final Set<String> EXPRESSIONS = Set.of("~", "~*");

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

  /// A value and a literal that compare as asked, by their numbers from 0.
  public record Pair(int value, int literal) {}

  /// Which values compare so with which literals. A literal that does not fit the column, which may
  /// have changed, compares with none.
  public Set<Pair> compare(Table table, Question question, String[] values, String[] literals) {
    try {
      return pairs(table, statement(question, values, literals));
    } catch (ApiException e) {
      if (!(e.error() instanceof Failure.Database)) {
        throw e;
      }
      return literals.length > 1 ? oneByOne(table, question, values, literals) : Set.of();
    }
  }

  private Set<Pair> oneByOne(Table table, Question question, String[] values, String[] literals) {
    var pairs = new HashSet<Pair>();
    for (int i = 0; i < literals.length; i++) {
      int literal = i;
      compare(table, question, values, new String[] {literals[i]})
          .forEach(pair -> pairs.add(new Pair(pair.value(), literal)));
    }
    return pairs;
  }

  private Set<Pair> pairs(Table table, Statement statement) {
    return new HashSet<>(
        database.transaction(
            actor(database, table),
            Access.READ,
            tx -> tx.list(statement, row -> new Pair(row.getInt(1) - 1, row.getInt(2) - 1))));
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
  public static Actor actor(Database database, Table table) {
    var owner = table.owner();
    return Actor.of(owner == null ? database.login().user() : owner)
        .with("TimeZone", "UTC")
        .with("DateStyle", "ISO, MDY")
        .with("IntervalStyle", "postgres")
        .with("bytea_output", "hex")
        .with("extra_float_digits", "1");
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
        actor(database, table),
        Access.READ,
        tx -> tx.list(sql.statement(), row -> row.getString(1)));
  }
}
