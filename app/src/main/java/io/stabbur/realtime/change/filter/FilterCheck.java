package io.stabbur.realtime.change.filter;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.table.Column;
import io.stabbur.realtime.change.table.Comparer;
import io.stabbur.realtime.change.table.Grants;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.ValueType.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/// Checks conditions against a table when a subscription begins: the column exists and the role may
/// select it, the value is one of the column's type, the operator compares it. Never runs as the
/// subscriber.
public final class FilterCheck {
  private static final int MOST_VALUES = 100;
  private static final Set<String> BOOLEANS = Set.of("true", "false", "unknown");
  private static final int BOOL = 16;
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final Database database;

  public FilterCheck(Database database) {
    this.database = database;
  }

  /// A condition that the table cannot answer; the message is for the client.
  public static final class RefusedFilter extends Exception {
    private static final long serialVersionUID = 1;

    RefusedFilter(String message) {
      super(message, null, false, false);
    }
  }

  /// The conditions, ready to test rows.
  public List<RowTest> check(Table table, Grants grants, List<Condition> conditions)
      throws RefusedFilter {
    var tests = new ArrayList<RowTest>();
    for (var condition : conditions) {
      int place = table.place(condition.column());
      if (place < 0 || !grants.columns().contains(condition.column())) {
        throw new RefusedFilter("invalid column for filter " + condition.column());
      }
      tests.add(check(table, table.columns().get(place), condition));
    }
    return List.copyOf(tests);
  }

  private RowTest check(Table table, Column column, Condition condition) throws RefusedFilter {
    try {
      return switch (condition.operator()) {
        case IS -> is(column, condition);
        case EQ, NEQ, ISDISTINCT, IN ->
            column.comparison() == Comparison.BY_TEXT
                ? new RowTest(condition, column, texts(table, column, condition))
                : compared(table, column, condition);
        case LT, LTE, GT, GTE, LIKE, ILIKE, MATCH, IMATCH -> compared(table, column, condition);
      };
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Database said) {
        throw new RefusedFilter("ERROR " + said.sqlState() + " " + said.message());
      }
      throw e;
    }
  }

  private static RowTest is(Column column, Condition condition) throws RefusedFilter {
    var word = condition.value().toLowerCase(Locale.ROOT);
    boolean known = word.equals("null") || (BOOLEANS.contains(word) && column.type().oid() == BOOL);
    if (!known) {
      throw new RefusedFilter(
          "invalid value for is filter on column %s: %s"
              .formatted(column.name(), condition.value()));
    }
    var lower = new Condition(condition.column(), Operator.IS, word, condition.negation());
    return new RowTest(lower, column, Set.of());
  }

  /// The value, or each of them, as Postgres prints values of the column.
  private Set<String> texts(Table table, Column column, Condition condition) throws RefusedFilter {
    // select format('%s', e) from unnest(?::pg_catalog.int4[]) e
    var sql =
        condition.operator() == Operator.IN
            ? new SqlText()
                .add("select case when e is not null then format('%s', e) end from unnest(")
                .value(condition.value())
                .add("::")
                .printed(column.type().sqlName())
                .add("[]) e")
            : new SqlText()
                .add("select format('%s', ")
                .value(condition.value())
                .add("::")
                .printed(column.type().sqlName())
                .add(")");
    var texts = list(table, sql.statement());
    requireFew(texts.size());
    if (texts.stream().anyMatch(Objects::isNull)) {
      // `not in` a list with NULL is never true, which Postgres knows best
      throw new RefusedFilter("`in` filter must not contain NULL");
    }
    return new HashSet<>(texts);
  }

  private static void requireFew(int values) throws RefusedFilter {
    if (values > MOST_VALUES) {
      throw new RefusedFilter("too many values for `in` filter. Maximum " + MOST_VALUES);
    }
  }

  /// Has Postgres compare once, so that what it cannot compare is refused now.
  private RowTest compared(Table table, Column column, Condition condition) throws RefusedFilter {
    var _ = list(table, Comparer.trial(column, condition.operator().sql(), condition.value()));
    if (condition.operator() == Operator.IN) {
      var count =
          new SqlText()
              .add("select cardinality(")
              .value(condition.value())
              .add("::text[])::text")
              .statement();
      requireFew(Integer.parseInt(list(table, count).getFirst()));
    }
    return new RowTest(condition, column, Set.of());
  }

  private List<String> list(Table table, Statement statement) {
    return database.transaction(
        Comparer.actor(database, table, LONGEST),
        Access.READ,
        tx -> tx.list(statement, row -> row.getString(1)));
  }
}
