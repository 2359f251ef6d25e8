package io.stabbur.organization.rows;

import io.stabbur.platform.sql.SqlText;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// A table with a primary key.
///
/// @param key the columns of the primary key
/// @param columns all that can be written
/// @param personal those whose values are encrypted
record Table(
    long oid,
    String schema,
    String name,
    List<String> key,
    List<Column> columns,
    Set<String> personal) {
  /// A column and its type, as Postgres prints it.
  record Column(String name, String type) {}

  Table {
    key = List.copyOf(key);
    columns = List.copyOf(columns);
    personal = Set.copyOf(personal);
  }

  static Table of(ResultSet row) throws SQLException {
    var names = texts(row.getArray(5));
    var types = texts(row.getArray(6));
    var columns = new ArrayList<Column>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(new Column(names.get(i), types.get(i)));
    }
    return new Table(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        texts(row.getArray(4)),
        columns,
        Set.copyOf(texts(row.getArray(7))));
  }

  static List<String> texts(Array array) throws SQLException {
    return Arrays.asList((String[]) array.getArray());
  }

  /// `public.notes`, for operators.
  String text() {
    return schema + '.' + name;
  }

  /// `"public"."notes"`.
  SqlText sql() {
    return new SqlText().name(schema).add(".").name(name);
  }

  boolean is(String otherSchema, String otherName) {
    return schema.equals(otherSchema) && name.equals(otherName);
  }

  boolean has(String column) {
    return columns.stream().anyMatch(each -> each.name().equals(column));
  }

  /// `"id", "name"`, each behind `alias.` unless that is empty.
  SqlText list(String alias) {
    return list(alias, columns.stream().map(Column::name).toList());
  }

  static SqlText list(String alias, List<String> names) {
    var sql = new SqlText();
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        sql.add(", ");
      }
      if (!alias.isEmpty()) {
        sql.name(alias).add(".");
      }
      sql.name(names.get(i));
    }
    return sql;
  }

  /// `"t"."id" = "s"."id"` for each column of the key.
  SqlText sameKey(String one, String other) {
    return same(one, key, other, key);
  }

  static SqlText same(String one, List<String> columns, String other, List<String> targets) {
    var sql = new SqlText();
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        sql.add(" and ");
      }
      sql.name(one).add(".").name(columns.get(i));
      sql.add(" = ").name(other).add(".").name(targets.get(i));
    }
    return sql;
  }
}
