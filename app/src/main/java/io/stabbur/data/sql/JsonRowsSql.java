package io.stabbur.data.sql;

import io.stabbur.data.plan.WritePlan.PayloadColumn;
import io.stabbur.data.request.Payload;
import io.stabbur.data.request.Payload.Shape;
import io.stabbur.data.request.Preferences.Missing;
import io.stabbur.platform.sql.SqlText;
import java.util.List;

/// Writes a from clause that turns a JSON body into rows named `pgrst_body`.
final class JsonRowsSql {
  private final Payload.Json body;
  private final List<PayloadColumn> columns;
  private final Missing missing;

  JsonRowsSql(Payload.Json body, List<PayloadColumn> columns, Missing missing) {
    this.body = body;
    this.columns = columns;
    this.missing = missing;
  }

  /// How many rows of the body count.
  enum Rows {
    ALL,
    FIRST
  }

  SqlText from(SqlText sql, Rows rows) {
    sql.add(" from (select ").value(body.text());
    sql.add(missing == Missing.DEFAULT ? "::jsonb" : "::json");
    sql.add(" as json_data) as pgrst_payload, ");
    defaults(sql);
    sql.add("lateral (select ");
    parsed(sql);
    sql.add(" from ");
    elements(sql);
    sql.add(rows == Rows.FIRST ? " limit 1" : "");
    return sql.add(") as pgrst_body ");
  }

  private void parsed(SqlText sql) {
    Pieces.joined(
        sql,
        columns,
        ", ",
        (s, column) -> {
          if (column.parser() == null) {
            s.name(column.name());
          } else {
            Pieces.name(s, column.parser()).add("(").name(column.name()).add(") as ");
            s.name(column.name());
          }
        });
  }

  private void elements(SqlText sql) {
    var object = body.shape() == Shape.OBJECT;
    if (columns.isEmpty()) {
      if (object) {
        sql.add("(values (1)) as _");
      } else {
        sql.add(missing == Missing.DEFAULT ? "jsonb_array_elements(" : "json_array_elements(");
        data(sql).add(") as _");
      }
      return;
    }
    sql.add(missing == Missing.DEFAULT ? "jsonb_to_record" : "json_to_record");
    sql.add(object ? "(" : "set(");
    data(sql).add(") as _(");
    Pieces.joined(
        sql, columns, ", ", (s, column) -> s.name(column.name()).add(" ").printed(column.type()));
    sql.add(")");
  }

  private SqlText data(SqlText sql) {
    return sql.add(missing == Missing.DEFAULT ? "pgrst_json_defs.val" : "pgrst_payload.json_data");
  }

  /// Columns the body leaves out get their defaults, by a JSON object of them under each element.
  private void defaults(SqlText sql) {
    if (missing != Missing.DEFAULT) {
      return;
    }
    if (body.shape() == Shape.OBJECT) {
      defaultsObject(sql.add("lateral (select "));
      sql.add(" || pgrst_payload.json_data as val) as pgrst_json_defs, ");
    } else {
      defaultsObject(sql.add("lateral (select jsonb_agg("));
      sql.add(
          " || elem.value) as val from jsonb_array_elements(pgrst_payload.json_data) as elem (value)");
      sql.add(") as pgrst_json_defs, ");
    }
  }

  private void defaultsObject(SqlText sql) {
    var withDefault = columns.stream().filter(c -> c.defaultValue() != null).toList();
    sql.add("jsonb_build_object(");
    Pieces.joined(
        sql,
        withDefault,
        ", ",
        (s, column) -> {
          if (column.defaultValue() != null) {
            s.literal(column.name()).add(", ").printed(column.defaultValue());
          }
        });
    sql.add(")");
  }
}
