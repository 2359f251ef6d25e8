package io.stabbur.data.sql;

import io.stabbur.data.catalog.Handler;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.Routine;
import io.stabbur.data.request.Media;
import io.stabbur.platform.sql.SqlText;
import org.jspecify.annotations.Nullable;

/// Writes the expression that makes a body of the result's rows, which go by the name
/// `_postgrest_t`.
final class BodySql {
  static final String ROW = "_postgrest_t";

  private BodySql() {}

  static SqlText body(SqlText sql, Handler handler, @Nullable Routine routine) {
    return switch (handler) {
      case Handler.Json _ -> json(sql, routine, Media.Nulls.KEPT);
      case Handler.StrippedArray _ -> json(sql, routine, Media.Nulls.STRIPPED);
      case Handler.ObjectJson(var nulls) -> object(sql, routine, nulls);
      case Handler.Csv _ -> csv(sql);
      case Handler.GeoJson _ ->
          sql.add("json_build_object('type', 'FeatureCollection', 'features', ")
              .add("coalesce(json_agg(ST_AsGeoJSON(_postgrest_t)::json), '[]'))");
      case Handler.Custom(var function, var target) -> custom(sql, function, target, routine);
      case Handler.Nothing _ -> sql.add("''::text");
    };
  }

  private static SqlText json(SqlText sql, @Nullable Routine routine, Media.Nulls nulls) {
    if (routine != null) {
      var returns = routine.returns();
      if (returns.isSingleComposite()) {
        return collected(sql, "json_agg(_postgrest_t)->0", nulls).add(", 'null')");
      }
      if (returns.isScalar()) {
        return collected(sql, "json_agg(_postgrest_t.pgrst_scalar)->0", nulls).add(", 'null')");
      }
      if (returns.isScalarSet()) {
        return collected(sql, "json_agg(_postgrest_t.pgrst_scalar)", nulls).add(", '[]')");
      }
    }
    return collected(sql, "json_agg(_postgrest_t)", nulls).add(", '[]')");
  }

  private static SqlText object(SqlText sql, @Nullable Routine routine, Media.Nulls nulls) {
    if (routine != null && routine.returns().isScalar()) {
      return collected(sql, "json_agg(_postgrest_t.pgrst_scalar)->0", nulls).add(", 'null')");
    }
    return collected(sql, "json_agg(_postgrest_t)->0", nulls).add(", 'null')");
  }

  private static SqlText collected(
      SqlText sql,
      @com.google.errorprone.annotations.CompileTimeConstant final String expression,
      Media.Nulls nulls) {
    if (nulls == Media.Nulls.KEPT) {
      return sql.add("coalesce(").add(expression);
    }
    return sql.add("coalesce(json_strip_nulls(").add(expression).add(")");
  }

  private static SqlText csv(SqlText sql) {
    return sql.add("(select coalesce(string_agg(k, ','), '') from (")
        .add("select json_object_keys(row_to_json(one)) as k from (")
        .add("select * from pgrst_source limit 1) as one) as keys) || E'\\n' || ")
        .add(
            "coalesce(string_agg(substring(_postgrest_t::text, 2, length(_postgrest_t::text) - 2), E'\\n'), '')");
  }

  private static SqlText custom(
      SqlText sql, Name function, @Nullable Name target, @Nullable Routine routine) {
    Pieces.name(sql, function);
    if (routine != null && routine.returns().isScalar()) {
      return sql.add("(_postgrest_t.pgrst_scalar)");
    }
    if (target == null) {
      return sql.add("(_postgrest_t)");
    }
    return Pieces.name(sql.add("(_postgrest_t::"), target).add(")");
  }
}
