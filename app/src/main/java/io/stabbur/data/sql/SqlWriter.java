package io.stabbur.data.sql;

import io.stabbur.data.catalog.Handler;
import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.plan.ReadPlan;
import io.stabbur.data.plan.WritePlan;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.Intent;
import io.stabbur.data.request.Media;
import io.stabbur.data.request.Preferences.Count;
import io.stabbur.data.request.Preferences.Resolution;
import io.stabbur.data.request.Preferences.Return;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the one statement of a plan. Its row has, in this order: total, rows on the page, body,
/// response headers, response status, location, rows inserted.
public final class SqlWriter {
  /// Most rows of a body that is made in one piece.
  private static final int ROWS_HELD = 10_000;

  /// Most bytes of a body that cannot be sent in portions, since its statement must run once only.
  private static final int BYTES_HELD = 32_000_000;

  private final @Nullable Integer maxRows;
  private final int largeBody;

  /// @param largeBody bytes from which on a body of rows is left out, for [#eachRow] to fetch
  public SqlWriter(@Nullable Integer maxRows, int largeBody) {
    this.maxRows = maxRows;
    this.largeBody = largeBody;
  }

  public Statement write(DataPlan.Rows plan, DataRequest request) {
    var sql = new SqlText();
    if (plan.answer().media() instanceof Media.Plan(_, var format, var options)) {
      explain(sql, format, options);
    }
    switch (plan) {
      case DataPlan.Read read -> read(sql, read, request);
      case DataPlan.Write write -> write(sql, write, request);
      case DataPlan.Call call -> call(sql, call, request);
    }
    return sql.statement();
  }

  /// The plan of the statement that counts, for counts by plan.
  public Statement explainCount(ReadPlan plan) {
    return ReadSql.countable(new SqlText().add("explain (format json) "), plan).statement();
  }

  private static void explain(
      SqlText sql, Media.PlanFormat format, List<Media.PlanOption> options) {
    sql.add(format == Media.PlanFormat.JSON ? "explain (format json" : "explain (format text");
    for (var option : options) {
      switch (option) {
        case ANALYZE -> sql.add(", analyze");
        case VERBOSE -> sql.add(", verbose");
        case SETTINGS -> sql.add(", settings");
        case BUFFERS -> sql.add(", buffers");
        case WAL -> sql.add(", wal");
      }
    }
    sql.add(") ");
  }

  // reads

  /// Of rows that can be sent in portions, one more than a body holds is enough to see that it has
  /// to be, so that Postgres never makes a large body for nothing.
  private void read(SqlText sql, DataPlan.Read plan, DataRequest request) {
    var bounded = isBounded(plan);
    var rows = bounded ? plan.rows().atMost(ROWS_HELD + 1) : plan.rows();
    var named = plan.answer().handler() instanceof Handler.Csv;
    if (named) {
      ReadSql.rows(sql.add("with pgrst_source as ("), rows).add(") ");
    }
    if (bounded) {
      sql.add("select total, page, case when page <= ").value(ROWS_HELD);
      sql.add(" and octet_length(body::text) <= ").value(largeBody);
      sql.add(" then body end, headers, status from (");
    }
    sql.add("select ");
    total(sql, request, plan.rows());
    sql.add(" as total, count(*) as page, ");
    BodySql.body(sql, plan.answer().handler(), null).add(" as body");
    settings(sql);
    sql.add(" from (");
    if (named) {
      sql.add("select * from pgrst_source");
    } else {
      ReadSql.rows(sql, rows);
    }
    sql.add(") as _postgrest_t").add(bounded ? ") as result" : "");
  }

  /// Bodies that are rows one after the other can be sent in portions.
  private static boolean isBounded(DataPlan.Read plan) {
    var media = plan.answer().media();
    var handler = plan.answer().handler();
    return !(media instanceof Media.Plan)
        && (handler instanceof Handler.Json
            || handler instanceof Handler.Csv
            || handler instanceof Handler.StrippedArray);
  }

  /// The rows of a read as they stand in its body, one a row; for CSV the first comes with the
  /// names of the columns.
  public Statement eachRow(DataPlan.Read plan) {
    var sql = new SqlText();
    switch (plan.answer().handler()) {
      case Handler.Csv _ ->
          sql.add(
                  "select substring(t::text, 2, length(t::text) - 2), case when row_number() over"
                      + " () = 1 then ")
              .add("(select string_agg(k, ',') from json_object_keys(row_to_json(t)) as k) end");
      case Handler.StrippedArray _ -> sql.add("select json_strip_nulls(row_to_json(t))::text");
      case Handler.Json _,
          Handler.ObjectJson _,
          Handler.GeoJson _,
          Handler.Custom _,
          Handler.Nothing _ ->
          sql.add("select row_to_json(t)::text");
    }
    return ReadSql.rows(sql.add(" from ("), plan.rows()).add(") as t").statement();
  }

  /// The rows there are, to be counted apart from those of [#eachRow].
  public Statement count(DataPlan.Read plan, DataRequest request) {
    return counted(new SqlText().add("select "), request, plan.rows()).statement();
  }

  /// What SQL has set for the answer.
  public static Statement settings() {
    var sql = new SqlText().add("select null");
    settings(sql);
    return sql.statement();
  }

  /// Without any limit the page is all there is.
  private void total(SqlText sql, DataRequest request, ReadPlan rows) {
    if (!request.countsExactly()) {
      sql.add("null::bigint");
      return;
    }
    if (maxRows == null && request.range().isAll()) {
      sql.add("count(*)");
      return;
    }
    counted(sql, request, rows);
  }

  private SqlText counted(SqlText sql, DataRequest request, ReadPlan rows) {
    ReadSql.countable(sql.add("(select count(*) from ("), rows);
    if (request.countsWithinBound()) {
      sql.add(" limit ").value((maxRows == null ? ROWS_HELD : maxRows) + 1);
    } else if (request.preferences().count() == Count.ESTIMATED && maxRows != null) {
      sql.add(" limit ").value(maxRows + 1);
    }
    return sql.add(") as counted)");
  }

  private static void settings(SqlText sql) {
    sql.add(", nullif(current_setting('response.headers', true), '') as headers")
        .add(", nullif(current_setting('response.status', true), '') as status");
  }

  // writes

  private static void write(SqlText sql, DataPlan.Write plan, DataRequest request) {
    WriteSql.change(sql.add("with pgrst_source as ("), plan.change());
    var held = isHeld(sql.add(") "), plan);
    sql.add("select null::bigint, count(*), ");
    BodySql.body(sql, plan.answer().handler(), null).add(" as body");
    settings(sql);
    location(sql.add(", "), plan, request);
    inserted(sql.add(", "), plan, request);
    guards(sql, plan, request);
    if (plan.answer().handler() instanceof Handler.Nothing) {
      sql.add(" from pgrst_source as _postgrest_t");
    } else {
      ReadSql.rows(sql.add(" from ("), plan.rows()).add(") as _postgrest_t");
    }
    sql.add(held ? ") as result" : "");
  }

  /// Begins the guard of a body's size; whether there is one, to be ended after the select.
  private static boolean isHeld(SqlText sql, DataPlan.Rows plan) {
    var handler = plan.answer().handler();
    if (handler instanceof Handler.Nothing || handler instanceof Handler.Custom) {
      return false;
    }
    sql.add("select result.*, case when octet_length(body::text) > ").value(BYTES_HELD);
    sql.add(" then current_setting('stabbur.large.' || octet_length(body::text)) end from (");
    return true;
  }

  private static void location(SqlText sql, DataPlan.Write plan, DataRequest request) {
    if (!(plan.change() instanceof WritePlan.Insert insert)
        || request.preferences().representation() != Return.HEADERS
        || insert.key().isEmpty()) {
      sql.add("null::text[]");
      return;
    }
    sql.add("case when count(*) = 1 then (select array_agg(pair.key || '=' || ")
        .add("coalesce('eq.' || pair.value, 'is.null')) from (select * from pgrst_source limit 1)")
        .add(" as one cross join json_each_text(row_to_json(one)) as pair where pair.key in (");
    Pieces.joined(sql, insert.key(), ", ", SqlText::literal).add(")) end");
  }

  private static void inserted(SqlText sql, DataPlan.Write plan, DataRequest request) {
    var merges =
        plan.intent() instanceof Intent.Upsert
            || (plan.intent() instanceof Intent.Insert
                && request.preferences().resolution() == Resolution.MERGE);
    sql.add(
        merges ? "nullif(current_setting('pgrst.inserted', true), '')::bigint" : "null::bigint");
  }

  /// What must hold for a change to stay. A broken guard asks for a setting that does not exist,
  /// which fails the statement, and with it the transaction, in the same exchange; its name says
  /// what was broken.
  private static void guards(SqlText sql, DataPlan.Rows plan, DataRequest request) {
    if (plan instanceof DataPlan.Write write && write.intent() instanceof Intent.Upsert) {
      sql.add(", case when count(*) <> 1 then current_setting('stabbur.key.' || count(*)) end");
      return;
    }
    if (plan.answer().media() instanceof Media.ObjectJson) {
      sql.add(", case when count(*) <> 1 then current_setting('stabbur.single.' || count(*)) end");
    }
    var most = request.preferences().maxAffected();
    if (most != null && request.preferences().isStrict() && !isInsert(plan)) {
      sql.add(", case when count(*) > ").value(most);
      sql.add(" then current_setting('stabbur.affected.' || count(*)) end");
    }
  }

  private static boolean isInsert(DataPlan.Rows plan) {
    return plan instanceof DataPlan.Write write && write.intent() instanceof Intent.Insert;
  }

  // calls

  private void call(SqlText sql, DataPlan.Call plan, DataRequest request) {
    var routine = plan.call().routine();
    CallSql.call(sql.add("with pgrst_source as ("), plan.call()).add(") ");
    var held = isHeld(sql, plan);
    sql.add("select ");
    total(sql, request, plan.rows());
    sql.add(", ")
        .add(
            routine.returns().rows() == io.stabbur.data.catalog.Routine.Rows.ONE
                ? "1::bigint"
                : "count(*)");
    BodySql.body(sql.add(", "), plan.answer().handler(), routine).add(" as body");
    settings(sql);
    if (routine.returns().rows() == io.stabbur.data.catalog.Routine.Rows.SET) {
      guards(sql.add(", null::text[], null::bigint"), plan, request);
    }
    ReadSql.rows(sql.add(" from ("), plan.rows()).add(") as _postgrest_t");
    sql.add(held ? ") as result" : "");
  }
}
