package io.stabbur.realtime.change.table;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.table.ValueType.Comparison;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the policies for reading a table look at, as the catalog said at one moment.
public final class PolicyReads {
  private static final String READS = SqlFile.of(PolicyReads.class, "policy-reads");
  private static final String VERSION = SqlFile.of(PolicyReads.class, "policy-version");

  private final List<Integer> places;
  private final String version;
  private final String[] tables;
  private final String[] functions;

  private PolicyReads(List<Integer> places, String version, String[] tables, String[] functions) {
    this.places = places;
    this.version = version;
    this.tables = tables;
    this.functions = functions;
  }

  /// Absent where the policies may tell rows apart that are equal in some columns, and where a
  /// comparison of these or of keys would run code of the types' owner.
  public static Optional<PolicyReads> of(Database database, Table table) {
    return database.transaction(
        Comparer.ownActor(database, Comparer.LONGEST),
        Access.READ,
        tx -> tx.first(Statement.of(READS, table.oid()), row -> read(table, row)).orElseThrow());
  }

  private static Optional<PolicyReads> read(Table table, ResultSet row) throws SQLException {
    var numbers = List.of((Long[]) row.getArray(6).getArray());
    var names = List.of((String[]) row.getArray(7).getArray());
    var places = new TreeSet<Integer>();
    var version = row.getString(3);
    // without a version the table is gone
    boolean isSure = row.getBoolean(5) && version != null && table.hasBuiltInKey();
    for (var tree : (String[]) row.getArray(4).getArray()) {
      var columns = PolicyTree.columns(tree);
      isSure &= columns.isPresent();
      for (long column : columns.orElse(Set.of())) {
        int known = numbers.indexOf(column);
        int place = known < 0 ? -1 : table.place(names.get(known));
        isSure &= place >= 0 && isEqualByText(table.columns().get(Math.max(0, place)));
        places.add(place);
      }
    }
    return isSure
        ? Optional.of(
            new PolicyReads(
                List.copyOf(places),
                version,
                (String[]) row.getArray(1).getArray(),
                (String[]) row.getArray(2).getArray()))
        : Optional.empty();
  }

  private static boolean isEqualByText(Column column) {
    return column.comparison() == Comparison.BY_TEXT
        && column.type().isBuiltIn()
        && column.generated() == null;
  }

  /// The columns, by their places in the table.
  public List<Integer> places() {
    return places;
  }

  /// A condition that is true while nothing has changed of what this was read from. It names no
  /// table of a statement, so Postgres looks at it before anything else there.
  public SqlText holds() {
    return new SqlText()
        .query(Statement.of(VERSION, tables, tables, functions))
        .add(" = ")
        .value(version);
  }
}
