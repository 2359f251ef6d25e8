package io.stabbur.operations.probe;

import io.stabbur.platform.sql.SqlText;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A table, view or the like.
///
/// @param kind as `pg_class.relkind`
/// @param rows about how many there are
/// @param asInvoker whether a view reads with its caller's rights
/// @param triggers of its own that fire for callers
record Relation(
    long oid,
    String schema,
    String name,
    String kind,
    boolean isExposed,
    boolean hasRls,
    long rows,
    boolean asInvoker,
    String owner,
    List<String> readers,
    List<String> writers,
    List<String> triggers,
    List<Column> columns) {

  /// A column, and who may use it.
  record Column(
      long relation,
      String name,
      String type,
      String category,
      int length,
      boolean isRequired,
      boolean hasDefault,
      boolean isGenerated,
      boolean isDomain,
      boolean isKey,
      boolean isUnique,
      List<String> labels,
      List<String> words,
      boolean isChecked,
      long refersTo,
      Optional<String> refersColumn,
      List<String> readBy,
      List<String> changedBy,
      List<String> addedBy) {
    static Column of(ResultSet row) throws SQLException {
      return new Column(
          row.getLong("relation"),
          String.valueOf(row.getString("name")),
          String.valueOf(row.getString("type_name")),
          String.valueOf(row.getString("category")),
          row.getInt("length"),
          row.getBoolean("is_required"),
          row.getBoolean("has_default"),
          row.getBoolean("is_generated"),
          row.getBoolean("is_domain"),
          row.getBoolean("is_key"),
          row.getBoolean("is_unique"),
          texts(row.getArray("labels")),
          texts(row.getArray("words")),
          row.getBoolean("is_checked"),
          row.getLong("refers_to"),
          Optional.ofNullable(row.getString("refers_column")),
          texts(row.getArray("read_by")),
          texts(row.getArray("changed_by")),
          texts(row.getArray("added_by")));
    }

    boolean isText() {
      return category.equals("S");
    }
  }

  static Relation of(ResultSet row) throws SQLException {
    return new Relation(
        row.getLong("oid"),
        String.valueOf(row.getString("schema_name")),
        String.valueOf(row.getString("name")),
        String.valueOf(row.getString("kind")),
        row.getBoolean("is_exposed"),
        row.getBoolean("has_rls"),
        row.getLong("rows"),
        row.getBoolean("as_invoker"),
        String.valueOf(row.getString("owner")),
        texts(row.getArray("readers")),
        texts(row.getArray("writers")),
        texts(row.getArray("triggers")),
        List.of());
  }

  Relation with(List<Column> all) {
    return new Relation(
        oid,
        schema,
        name,
        kind,
        isExposed,
        hasRls,
        rows,
        asInvoker,
        owner,
        readers,
        writers,
        triggers,
        all.stream().filter(column -> column.relation() == oid).toList());
  }

  boolean isTable() {
    return kind.equals("r") || kind.equals("p");
  }

  String word() {
    return switch (kind) {
      case "v" -> "view";
      case "m" -> "materialized view";
      case "f" -> "foreign table";
      default -> "table";
    };
  }

  /// `"schema"."name"`, for statements.
  SqlText sql() {
    return new SqlText().name(schema).add(".").name(name);
  }

  @Override
  public String toString() {
    return schema + '.' + name;
  }

  static List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
  }
}
