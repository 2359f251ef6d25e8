package io.stabbur.realtime.change.row;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.realtime.change.table.Column;
import io.stabbur.realtime.change.table.Comparer;
import io.stabbur.realtime.change.table.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// Finds what the stream did not say of new rows: values that are stored apart and did not change
/// are read from the row as it is now, generated ones are computed from the image.
public final class MissingValues {
  private final Database database;

  public MissingValues(Database database) {
    this.database = database;
  }

  /// Completes rows of one table as far as possible.
  ///
  /// @param published which columns the publication has, by their places
  public void complete(Table table, List<Row> rows, boolean[] published) {
    var stored = places(table, i -> published[i] && generated(table, i) == null);
    var incomplete = rows.stream().filter(row -> row.key() != null && !knows(row, stored)).toList();
    // without an owner whose role can be taken, its types would run with the rights of our own
    boolean mayAsk = table.hasBuiltInKey() || table.owner() != null;
    if (!incomplete.isEmpty() && mayAsk) {
      reread(table, incomplete, stored);
    }
    var computed = places(table, i -> generated(table, i) != null);
    var complete = rows.stream().filter(row -> knows(row, stored)).toList();
    if (!computed.isEmpty() && !complete.isEmpty()) {
      compute(table, complete, stored, computed);
    }
  }

  private static List<Integer> places(Table table, java.util.function.IntPredicate which) {
    return IntStream.range(0, table.columns().size()).filter(which).boxed().toList();
  }

  private static @org.jspecify.annotations.Nullable String generated(Table table, int place) {
    return table.columns().get(place).generated();
  }

  private static boolean knows(Row row, List<Integer> places) {
    return places.stream().allMatch(row::isKnown);
  }

  // select u.n, format('%s', r."a"), r."a" is null
  // from unnest(?::int4[]) with ordinality u ("0", n) join "public"."t" r on r."id" = u."0"
  private void reread(Table table, List<Row> rows, List<Integer> places) {
    var sql = new SqlText().add("select u.n");
    for (int place : places) {
      var name = table.columns().get(place).name();
      sql.add(", case when r.")
          .name(name)
          .add(" is distinct from null then format('%s', r.")
          .name(name);
      sql.add(") end");
    }
    sql.add(" from ").append(keys(table, rows.stream().map(Row::key).toList()));
    sql.add(" join ").name(table.schema()).add(".").name(table.name()).add(" r on ");
    sql.append(keyEquals(table));
    run(rereader(table), sql, result -> fill(result, rows, places, Known.KEPT));
  }

  /// Policies may hide rows from the owner, so they are read with the rights of our own, unless the
  /// types of the key may run code of the owner.
  private Actor rereader(Table table) {
    var owner = Comparer.actor(database, table, Comparer.LONGEST);
    return table.hasBuiltInKey()
        ? owner.as(database.login().user()).with("search_path", "pg_catalog")
        : owner;
  }

  /// The values of keys as a table `u` with columns `0`, `1`, … and their number `n`.
  public static SqlText keys(Table table, List<String[]> keys) {
    var sql = new SqlText().add("unnest(");
    for (int i = 0; i < table.key().size(); i++) {
      int part = i;
      var type = table.columns().get(table.key().get(i)).type();
      sql.printed(i == 0 ? "" : ", ")
          .value(keys.stream().map(key -> key[part]).toArray(String[]::new))
          // converted here, so that the comparison with the column needs no function that could
          // leak what policies hide; else its index would not be used
          .add("::text[]::")
          .printed(type.sqlName())
          .add("[]");
    }
    sql.add(") with ordinality u (");
    for (int i = 0; i < table.key().size(); i++) {
      sql.name(String.valueOf(i)).add(", ");
    }
    return sql.add("n)");
  }

  /// The comparison of a row `r` with a key of [#keys].
  public static SqlText keyEquals(Table table) {
    var sql = new SqlText();
    for (int i = 0; i < table.key().size(); i++) {
      sql.printed(i == 0 ? "" : " and ")
          .add("r.")
          .name(table.columns().get(table.key().get(i)).name())
          .add(" = u.")
          .name(String.valueOf(i));
    }
    return sql;
  }

  // select "row number", format('%s', (a + b)) from (select "row number", "0"::int4 as a, "1"::int4
  // as b from unnest(?, ?) with ordinality u ("0", "1", "row number")) r
  private void compute(Table table, List<Row> rows, List<Integer> stored, List<Integer> computed) {
    var sql = new SqlText().add("select \"row number\"");
    for (int place : computed) {
      var expression = Objects.requireNonNull(generated(table, place));
      sql.add(", case when (")
          .printed(expression)
          .add(") is distinct from null then format('%s', ");
      sql.printed(expression).add(") end");
    }
    sql.add(" from (select \"row number\"");
    for (int place : stored) {
      Column column = table.columns().get(place);
      sql.add(", ").name(String.valueOf(place)).add("::").printed(column.type().sqlName());
      sql.add(" as ").name(column.name());
    }
    sql.add(" from unnest(");
    for (int i = 0; i < stored.size(); i++) {
      int place = stored.get(i);
      sql.printed(i == 0 ? "" : ", ")
          .value(rows.stream().map(row -> row.text(place)).toArray(String[]::new))
          .add("::text[]");
    }
    sql.add(") with ordinality u (");
    stored.forEach(place -> sql.name(String.valueOf(place)).add(", "));
    sql.add("\"row number\")) r");
    run(
        Comparer.actor(database, table, Comparer.LONGEST),
        sql,
        result -> fill(result, rows, computed, Known.REPLACED));
  }

  /// What becomes of a value the row has already.
  private enum Known {
    KEPT,
    REPLACED
  }

  private static Boolean fill(ResultSet result, List<Row> rows, List<Integer> places, Known known)
      throws SQLException {
    while (result.next()) {
      var row = rows.get(result.getInt(1) - 1);
      for (int i = 0; i < places.size(); i++) {
        if (known == Known.REPLACED || !row.isKnown(places.get(i))) {
          row.set(places.get(i), result.getString(i + 2));
        }
      }
    }
    return true;
  }

  private void run(Actor actor, SqlText sql, io.stabbur.platform.db.RowReader<Boolean> reader) {
    database.transaction(actor, Access.READ, (Transaction tx) -> tx.query(sql.statement(), reader));
  }

  /// The rows that lack something.
  public static List<Row> incomplete(List<Row> rows, boolean[] published) {
    var found = new ArrayList<Row>();
    for (var row : rows) {
      for (int i = 0; i < published.length; i++) {
        if ((published[i] || generated(row.table(), i) != null) && !row.isKnown(i)) {
          found.add(row);
          break;
        }
      }
    }
    return found;
  }
}
