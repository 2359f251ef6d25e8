package io.stabbur.realtime.change.table;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.table.ValueType.Comparison;
import io.stabbur.realtime.change.table.ValueType.Json;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the catalog of one project's database, as the appliance's own login.
public final class Tables {
  private static final String TABLE = SqlFile.of(Tables.class, "table");
  private static final String COLUMNS = SqlFile.of(Tables.class, "columns");
  private static final String TYPES = SqlFile.of(Tables.class, "types");
  private static final String GRANTS = SqlFile.of(Tables.class, "grants");
  private static final String PUBLISHED = SqlFile.of(Tables.class, "published");

  private final Database database;

  public Tables(Database database) {
    this.database = database;
  }

  /// A table that exists or has existed.
  public record Name(long oid, String schema, String table) {}

  /// The table with a number; absent where it was dropped.
  public Optional<Table> read(long oid) {
    return database.transaction(self(), Access.READ, tx -> read(tx, oid));
  }

  /// The tables whose changes a publication carries; of partitions also the tables above them.
  public List<Name> published(String publication) {
    return database.transaction(
        self(),
        Access.READ,
        tx ->
            tx.list(
                Statement.of(PUBLISHED, publication),
                row -> new Name(row.getLong(1), row.getString(2), row.getString(3))));
  }

  /// Which of these publications exist.
  public List<String> publications(String... names) {
    return database.transaction(
        self(),
        Access.READ,
        tx ->
            tx.list(
                Statement.of(
                    "select pubname::text from pg_catalog.pg_publication where pubname = any(?)",
                    (Object) names),
                row -> row.getString(1)));
  }

  /// What a role may see of a table at this moment.
  public Grants grants(long table, String role) {
    return database.transaction(
        self(),
        Access.READ,
        tx ->
            tx.first(
                    Statement.of(GRANTS, table, role),
                    row ->
                        new Grants(
                            row.getBoolean(1),
                            Set.of((String[]) row.getArray(2).getArray()),
                            row.getBoolean(3)))
                .orElse(Grants.NONE));
  }

  private Actor self() {
    return Actor.of(database.login().user()).withoutJit();
  }

  private static Optional<Table> read(Transaction tx, long oid) {
    var types = types(tx, oid);
    var columns =
        tx.list(
            Statement.of(COLUMNS, oid),
            row -> column(row, Objects.requireNonNull(types.get(row.getLong(3)))));
    return tx.first(
        Statement.of(TABLE, oid),
        row ->
            Table.of(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getBoolean(5) ? row.getString(4) : null,
                numbers(row.getArray(6)),
                columns));
  }

  private static Column column(ResultSet row, ValueType type) throws SQLException {
    return new Column(
        row.getString(2),
        type,
        row.getInt(4),
        row.getString(5),
        row.getString(6),
        row.getBoolean(7) ? type.comparison() : Comparison.BY_POSTGRES,
        row.getString(8));
  }

  private static List<Long> numbers(Array array) throws SQLException {
    return Arrays.asList((Long[]) array.getArray());
  }

  /// A row of `types.sql`.
  private record TypeRow(
      long oid,
      String sqlName,
      String name,
      String kind,
      long base,
      long element,
      char delimiter,
      boolean ownCast,
      List<Long> fields) {}

  private static Map<Long, ValueType> types(Transaction tx, long table) {
    var rows = new HashMap<Long, TypeRow>();
    tx.list(
            Statement.of(TYPES, table),
            row ->
                new TypeRow(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getLong(5),
                    row.getLong(6),
                    row.getString(7).charAt(0),
                    row.getBoolean(8),
                    numbers(row.getArray(9))))
        .forEach(row -> rows.put(row.oid(), row));
    var types = new HashMap<Long, ValueType>();
    rows.keySet().forEach(oid -> type(oid, rows, types));
    return types;
  }

  private static @Nullable ValueType type(
      long oid, Map<Long, TypeRow> rows, Map<Long, ValueType> types) {
    var known = types.get(oid);
    var row = rows.get(oid);
    if (known != null || row == null) {
      return known;
    }
    var made =
        row.kind().equals("d")
            ? domain(row, type(row.base(), rows, types))
            : plain(
                row,
                row.element() == 0 ? null : type(row.element(), rows, types),
                row.fields().stream()
                    .map(field -> type(field, rows, types))
                    .anyMatch(field -> field != null && field.json() == Json.ASKED_BY_READER));
    types.put(oid, made);
    return made;
  }

  private static ValueType domain(TypeRow row, @Nullable ValueType base) {
    if (base == null) {
      return plain(row, null, false);
    }
    return new ValueType(
        row.oid(),
        row.sqlName(),
        row.name(),
        base.json(),
        base.element(),
        base.delimiter(),
        base.comparison());
  }

  /// @param ownCasts whether one of its fields has a cast to JSON of its own
  private static ValueType plain(TypeRow row, @Nullable ValueType element, boolean ownCasts) {
    var json = ValueType.jsonOf(row.oid(), row.kind().equals("c"), row.ownCast() || ownCasts);
    if (element != null && json != Json.ASKED_BY_READER) {
      json =
          switch (element.json()) {
            case ASKED, ASKED_BY_READER -> element.json();
            case BOOLEAN, NUMBER, VERBATIM, TIMESTAMP, TIMESTAMP_WITH_ZONE, BYTES, TEXT, ARRAY ->
                Json.ARRAY;
          };
    }
    return new ValueType(
        row.oid(),
        row.sqlName(),
        row.name(),
        json,
        element,
        row.delimiter(),
        element == null
            ? ValueType.comparisonOf(row.oid(), row.kind().equals("e"))
            : Comparison.BY_POSTGRES);
  }
}
