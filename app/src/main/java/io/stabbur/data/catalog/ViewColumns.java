package io.stabbur.data.catalog;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Which columns of views are never null: those that show a column that is not, where no outer join
/// and no grouping set can make it so.
public final class ViewColumns {
  private static final String VIEWS = SqlFile.of(CatalogReader.class, "views");
  private static final String REQUIRED =
      """
      select a.attrelid::bigint, a.attnum from pg_catalog.pg_attribute a
      join pg_catalog.pg_type t on t.oid = a.atttypid
      where a.attnum > 0 and (a.attnotnull or t.typnotnull)\
      """;
  // a left, full or right join; grouping sets, rollup or cube
  private static final Pattern MAKES_NULLS = Pattern.compile(":jointype [123] |:groupingSets \\(");

  private ViewColumns() {}

  /// A column by the number of its relation and its own.
  public record Column(long relation, int number) {}

  /// Those of the views of some schemas.
  public static Set<Column> neverNull(Transaction tx, String[] schemas) {
    var shown = new HashMap<Column, Column>();
    tx.list(
            Statement.of(VIEWS, (Object) schemas),
            row -> Map.entry(row.getLong("id"), row.getString("definition")))
        .forEach(view -> add(shown, view.getKey(), view.getValue()));
    var required =
        new HashSet<>(
            tx.list(Statement.of(REQUIRED), row -> new Column(row.getLong(1), row.getInt(2))));
    var found = new HashSet<Column>();
    for (var column : shown.keySet()) {
      var origin = column;
      for (var next = shown.get(origin); next != null; next = shown.get(origin)) {
        origin = next;
      }
      if (required.contains(origin)) {
        found.add(column);
      }
    }
    return found;
  }

  /// A view shows columns of relations that are older than itself, so no way leads back to it.
  private static void add(Map<Column, Column> shown, long view, String definition) {
    if (!MAKES_NULLS.matcher(definition).find()) {
      for (var origin : ViewOrigins.of(definition)) {
        shown.put(
            new Column(view, origin.column()), new Column(origin.relation(), origin.number()));
      }
    }
  }
}
