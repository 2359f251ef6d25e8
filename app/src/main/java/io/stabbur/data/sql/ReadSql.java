package io.stabbur.data.sql;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.plan.Output;
import io.stabbur.data.plan.ReadPlan;
import io.stabbur.data.plan.ReadPlan.Embed;
import io.stabbur.data.plan.ReadPlan.Link;
import io.stabbur.data.plan.ReadPlan.Reach;
import io.stabbur.data.plan.ReadPlan.Shape;
import io.stabbur.data.plan.ReadPlan.Show;
import io.stabbur.data.plan.ReadPlan.SpreadColumn;
import io.stabbur.data.plan.Sort;
import io.stabbur.data.plan.Source;
import io.stabbur.data.plan.Test;
import io.stabbur.data.request.RowRange;
import io.stabbur.data.request.SelectItem.Aggregate;
import io.stabbur.data.request.SelectItem.Join;
import io.stabbur.platform.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the rows of a read. An embed that does not take part in choosing rows is a subquery of
/// the select list, so that Postgres computes it for the rows that are left after ordering and
/// limiting; others are lateral joins.
final class ReadSql {
  static final Name SOURCE = Name.alone("pgrst_source");

  private ReadSql() {}

  /// The select of a level, its embeds included.
  static SqlText rows(SqlText sql, ReadPlan plan) {
    return jsonbRows(sql, plan, List.of());
  }

  /// How an embed is written into the rows of its parent. Only jsonb can be grouped by, in the
  /// parent or in the level that a spread embed puts its columns in; and PostgREST answers jsonb,
  /// whose text has blanks after colons and the shortest keys first. An embed that becomes part of
  /// a value of jsonb anyway need not be one.
  ///
  /// - JSON: `(select row_to_json(e) from (select name from clients …) as e) as client`
  /// - JSONB: `(select row_to_json(e) from (select name from clients …) as e)::jsonb as client`
  private enum EmbedFormat {
    JSON,
    JSONB
  }

  private static SqlText embedRows(SqlText sql, ReadPlan plan) {
    return rows(sql, plan, List.of(), plan.aggregates() ? EmbedFormat.JSONB : EmbedFormat.JSON);
  }

  private static SqlText jsonbRows(SqlText sql, ReadPlan plan, List<ReadPlan.OrderKey> keys) {
    return rows(sql, plan, keys, EmbedFormat.JSONB);
  }

  private static SqlText rows(
      SqlText sql, ReadPlan plan, List<ReadPlan.OrderKey> keys, EmbedFormat format) {
    var qualifier = plan.source().qualifier();
    sql.add("select ");
    var parts = new ArrayList<Consumer<SqlText>>();
    plan.outputs().forEach(o -> parts.add(s -> output(s, qualifier, o)));
    keys.forEach(
        k ->
            parts.add(
                s -> output(s, k.slot() == null ? qualifier : Name.alone(k.slot()), k.output())));
    plan.embeds().forEach(e -> embedOutputs(parts, plan, e, format));
    if (parts.isEmpty() && plan.embeds().isEmpty()) {
      parts.add(s -> Pieces.column(s, qualifier, "*"));
    }
    Pieces.joined(sql, parts, ", ", (s, part) -> part.accept(s));
    from(sql, plan.source());
    plan.embeds().stream()
        .filter(e -> reach(plan, e) == Reach.WITH_ROWS)
        .forEach(e -> join(sql, e));
    where(sql, plan);
    group(sql, plan);
    order(sql, qualifier, plan.order());
    range(sql, plan.range());
    return sql;
  }

  /// Grouping needs the embeds it groups by as columns.
  private static Reach reach(ReadPlan plan, Embed embed) {
    return plan.aggregates() ? Reach.WITH_ROWS : embed.reach();
  }

  // select list

  private static void output(SqlText sql, Name qualifier, Output output) {
    Runnable column =
        () -> {
          if (output.span() == Output.Span.ROW) {
            sql.name(qualifier.name());
          } else {
            formatted(sql, qualifier, output);
          }
        };
    aggregated(
        sql,
        output.aggregate(),
        output.aggregateCast(),
        () -> {
          if (output.cast() == null) {
            column.run();
          } else {
            sql.add("cast(");
            column.run();
            sql.add(" as ").typeWords(output.cast()).add(")");
          }
        });
    alias(sql, output.alias());
  }

  private static void formatted(SqlText sql, Name qualifier, Output output) {
    if (output.format() == null) {
      Pieces.reference(sql, qualifier, output.column());
    } else {
      Pieces.name(sql, output.format()).add("(");
      Pieces.reference(sql, qualifier, output.column()).add(")");
    }
  }

  private static void aggregated(
      SqlText sql, @Nullable Aggregate aggregate, @Nullable String cast, Runnable operand) {
    if (aggregate == null) {
      operand.run();
      return;
    }
    sql.add(cast == null ? "" : "cast(");
    function(sql, aggregate);
    operand.run();
    sql.add(")");
    if (cast != null) {
      sql.add(" as ").typeWords(cast).add(")");
    }
  }

  private static void function(SqlText sql, Aggregate aggregate) {
    switch (aggregate) {
      case SUM -> sql.add("sum(");
      case AVG -> sql.add("avg(");
      case COUNT -> sql.add("count(");
      case MAX -> sql.add("max(");
      case MIN -> sql.add("min(");
    }
  }

  private static void alias(SqlText sql, @Nullable String alias) {
    if (alias != null) {
      sql.add(" as ").name(Pieces.clean(alias));
    }
  }

  private static void embedOutputs(
      List<Consumer<SqlText>> parts, ReadPlan plan, Embed embed, EmbedFormat format) {
    switch (embed.shape()) {
      case Shape.ToOne(var name, var show) -> {
        if (show == Show.SHOWN) {
          parts.add(s -> one(s, plan, embed, name, format));
        }
      }
      case Shape.ToMany(var name, var show) -> {
        if (show == Show.SHOWN) {
          parts.add(s -> many(s, plan, embed, name, format));
        }
      }
      case Shape.SpreadOne(var columns) ->
          columns.forEach(c -> parts.add(s -> spread(s, embed, c)));
      case Shape.SpreadMany(var columns, _, _) ->
          columns.forEach(c -> parts.add(s -> spread(s, embed, c)));
    }
  }

  private static void one(
      SqlText sql, ReadPlan plan, Embed embed, String name, EmbedFormat format) {
    if (reach(plan, embed) == Reach.AFTER_ROWS) {
      sql.add("(select row_to_json(").name(embed.slot()).add(".*) from (");
      embedRows(sql, embed.rows()).add(") as ").name(embed.slot()).add(")");
    } else {
      sql.add("row_to_json(").name(embed.slot()).add(".*)");
    }
    sql.add(format == EmbedFormat.JSONB ? "::jsonb" : "");
    sql.add(" as ").name(Pieces.clean(name));
  }

  private static void many(
      SqlText sql, ReadPlan plan, Embed embed, String name, EmbedFormat format) {
    if (reach(plan, embed) == Reach.AFTER_ROWS) {
      sql.add("(select coalesce(json_agg(").name(embed.slot()).add("), '[]') from (");
      embedRows(sql, embed.rows()).add(") as ").name(embed.slot()).add(")");
    } else {
      sql.add("coalesce(").name(embed.slot()).add(".").name(embed.slot()).add(", '[]')");
    }
    sql.add(format == EmbedFormat.JSONB ? "::jsonb" : "");
    sql.add(" as ").name(Pieces.clean(name));
  }

  private static void spread(SqlText sql, Embed embed, SpreadColumn column) {
    aggregated(
        sql,
        column.aggregate(),
        column.aggregateCast(),
        () -> Pieces.column(sql, Name.alone(embed.slot()), column.name()));
    alias(sql, column.alias());
  }

  // from

  private static void from(SqlText sql, Source source) {
    sql.add(" from ");
    switch (source) {
      case Source.Relation(var name, var alias) -> alias(Pieces.name(sql, name), alias);
      case Source.Result(var alias) -> alias(Pieces.name(sql, SOURCE), alias);
      case Source.Joined(var name, var alias, var junction, var junctionAlias) -> {
        alias(Pieces.name(sql, name), alias);
        alias(Pieces.name(sql.add(", "), junction), junctionAlias);
      }
      case Source.Computed(var function, var parent, var type, var alias) -> {
        Pieces.name(sql, function).add("(").name(parent.name()).add("::");
        alias(Pieces.name(sql, type).add(")"), alias);
      }
    }
  }

  private static void alias(SqlText sql, Name alias) {
    sql.add(" as ").name(alias.name());
  }

  private static void join(SqlText sql, Embed embed) {
    var inner = embed.join() == Join.INNER;
    sql.add(inner ? " inner join lateral (" : " left join lateral (");
    switch (embed.shape()) {
      case Shape.ToOne _ -> embedRows(sql, embed.rows());
      case Shape.SpreadOne _ -> jsonbRows(sql, embed.rows(), List.of());
      case Shape.ToMany _ -> collected(sql, embed, List.of(), List.of(), List.of());
      case Shape.SpreadMany(var columns, var keys, var order) ->
          collected(sql, embed, columns, keys, order);
    }
    alias(sql.add(")"), Name.alone(embed.slot()));
    var collects =
        embed.shape() instanceof Shape.ToMany || embed.shape() instanceof Shape.SpreadMany;
    if (inner && collects) {
      sql.add(" on ").name(embed.slot()).add(".").name(embed.slot()).add(" is not null");
    } else {
      sql.add(" on true");
    }
  }

  private static void collected(
      SqlText sql,
      Embed embed,
      List<SpreadColumn> columns,
      List<ReadPlan.OrderKey> keys,
      List<Sort> order) {
    sql.add("select json_agg(").name(embed.slot()).add(")::jsonb as ").name(embed.slot());
    for (var column : columns) {
      sql.add(", coalesce(json_agg(");
      Pieces.column(sql, Name.alone(embed.slot()), column.name());
      order(sql, Name.alone(embed.slot()), order);
      sql.add("), '[]')::jsonb as ");
      sql.name(Pieces.clean(column.alias() == null ? column.name() : column.alias()));
    }
    jsonbRows(sql.add(" from ("), embed.rows(), keys);
    sql.add(") as ").name(embed.slot());
  }

  // where, group, order, limit

  private static void where(SqlText sql, ReadPlan plan) {
    var tests = new TestSql(plan.source().qualifier(), ReadSql::embedTest);
    conditions(sql, plan, tests, List.of());
  }

  private static void conditions(
      SqlText sql, ReadPlan plan, TestSql tests, List<Consumer<SqlText>> more) {
    var all = new ArrayList<Consumer<SqlText>>();
    plan.where().forEach(t -> all.add(s -> tests.write(s, t)));
    plan.links().forEach(l -> all.add(s -> link(s, l)));
    all.addAll(more);
    if (!all.isEmpty()) {
      Pieces.joined(sql.add(" where "), all, " and ", (s, each) -> each.accept(s));
    }
  }

  private static void embedTest(SqlText sql, Test.EmbedIs test) {
    sql.name(test.slot());
    sql.add(
        test.presence() == Test.Presence.THERE
            ? " is distinct from null"
            : " is not distinct from null");
  }

  private static void link(SqlText sql, Link link) {
    Pieces.column(sql, link.left(), link.leftColumn()).add(" = ");
    Pieces.column(sql, link.right(), link.rightColumn());
  }

  private static void group(SqlText sql, ReadPlan plan) {
    if (!plan.aggregates()) {
      return;
    }
    var terms = new ArrayList<Consumer<SqlText>>();
    var qualifier = plan.source().qualifier();
    for (var output : plan.outputs()) {
      if (output.aggregate() == null) {
        terms.add(s -> groupTerm(s, qualifier, output));
      }
    }
    plan.embeds().forEach(e -> groupTerms(terms, e));
    if (!terms.isEmpty()) {
      Pieces.joined(sql.add(" group by "), terms, ", ", (s, term) -> term.accept(s));
    }
  }

  private static void groupTerm(SqlText sql, Name qualifier, Output output) {
    if (output.alias() == null) {
      Pieces.reference(sql, qualifier, output.column());
    } else {
      sql.name(Pieces.clean(output.alias()));
    }
  }

  private static void groupTerms(List<Consumer<SqlText>> terms, Embed embed) {
    switch (embed.shape()) {
      case Shape.ToOne(var name, var show) -> groupByEmbed(terms, name, show);
      case Shape.ToMany(var name, var show) -> groupByEmbed(terms, name, show);
      case Shape.SpreadOne(var columns) -> groupByColumns(terms, embed, columns);
      case Shape.SpreadMany(var columns, _, _) -> groupByColumns(terms, embed, columns);
    }
  }

  private static void groupByEmbed(List<Consumer<SqlText>> terms, String name, Show show) {
    if (show == Show.SHOWN) {
      terms.add(s -> s.name(Pieces.clean(name)));
    }
  }

  private static void groupByColumns(
      List<Consumer<SqlText>> terms, Embed embed, List<SpreadColumn> columns) {
    for (var column : columns) {
      if (column.aggregate() == null) {
        var name = column.alias() == null ? column.name() : column.alias();
        terms.add(s -> Pieces.column(s, Name.alone(embed.slot()), name));
      }
    }
  }

  static void order(SqlText sql, Name qualifier, List<Sort> order) {
    if (order.isEmpty()) {
      return;
    }
    Pieces.joined(sql.add(" order by "), order, ", ", (s, sort) -> sort(s, qualifier, sort));
  }

  private static void sort(SqlText sql, Name qualifier, Sort sort) {
    switch (sort) {
      case Sort.ByColumn(var column, _, _) -> Pieces.reference(sql, qualifier, column);
      case Sort.ByEmbed(var slot, var column, _, _) ->
          Pieces.reference(sql, Name.alone(slot), column);
    }
    switch (sort.direction()) {
      case UNSPECIFIED -> sql.add("");
      case ASC -> sql.add(" asc");
      case DESC -> sql.add(" desc");
    }
    switch (sort.nulls()) {
      case UNSPECIFIED -> sql.add("");
      case FIRST -> sql.add(" nulls first");
      case LAST -> sql.add(" nulls last");
    }
  }

  private static void range(SqlText sql, RowRange range) {
    if (range.limit() != null) {
      sql.add(" limit ").value(range.limit());
    }
    if (range.offset() != 0) {
      sql.add(" offset ").value(range.offset());
    }
  }

  // counting

  /// One row for each row of the root, whatever the range; levels that must match are tested for
  /// existence.
  static SqlText countable(SqlText sql, ReadPlan plan) {
    var qualifier = plan.source().qualifier();
    from(sql.add("select 1"), plan.source());
    var tests = new TestSql(qualifier, (s, test) -> exists(s, plan, test));
    var inner = new ArrayList<Consumer<SqlText>>();
    for (var embed : plan.embeds()) {
      if (embed.join() == Join.INNER) {
        inner.add(s -> countable(s.add("exists ("), embed.rows()).add(")"));
      }
    }
    conditions(sql, plan, tests, inner);
    return sql;
  }

  private static void exists(SqlText sql, ReadPlan plan, Test.EmbedIs test) {
    var embed =
        plan.embeds().stream().filter(e -> e.slot().equals(test.slot())).findFirst().orElseThrow();
    sql.add(test.presence() == Test.Presence.THERE ? "exists (" : "not exists (");
    countable(sql, embed.rows()).add(")");
  }
}
