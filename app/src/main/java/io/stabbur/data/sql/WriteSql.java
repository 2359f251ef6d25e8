package io.stabbur.data.sql;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.plan.Test;
import io.stabbur.data.plan.WritePlan;
import io.stabbur.data.plan.WritePlan.Conflict;
import io.stabbur.data.request.Preferences.Resolution;
import io.stabbur.platform.sql.SqlText;
import java.util.List;

/// Writes the statement that changes rows.
final class WriteSql {
  private static final Name BODY = Name.alone("pgrst_body");

  private WriteSql() {}

  static SqlText change(SqlText sql, WritePlan plan) {
    return switch (plan) {
      case WritePlan.Insert insert -> insert(sql, insert);
      case WritePlan.Update update -> update(sql, update);
      case WritePlan.Delete delete -> delete(sql, delete);
    };
  }

  private static SqlText insert(SqlText sql, WritePlan.Insert plan) {
    Pieces.name(sql.add("insert into "), plan.relation());
    if (!plan.columns().isEmpty()) {
      sql.add(" (");
      Pieces.joined(sql, plan.columns(), ", ", (s, c) -> s.name(c.name())).add(")");
    }
    sql.add(" select ");
    Pieces.joined(sql, plan.columns(), ", ", (s, c) -> Pieces.column(s, BODY, c.name()));
    new JsonRowsSql(plan.body(), plan.columns(), plan.missing()).from(sql, JsonRowsSql.Rows.ALL);
    insertTests(sql, plan);
    conflict(sql, plan);
    return returning(sql, plan);
  }

  private static boolean merges(WritePlan.Insert plan) {
    return plan.conflict() != null && plan.conflict().resolution() == Resolution.MERGE;
  }

  /// While rows are merged, a setting counts those that were inserted: one up for each row tried,
  /// one down for each that was there already.
  private static void insertTests(SqlText sql, WritePlan.Insert plan) {
    if (!merges(plan)) {
      return;
    }
    counted(sql.add("where "), " + 1", "0");
    var tests = new TestSql(BODY, WriteSql::noEmbed);
    for (var test : plan.keyTests()) {
      tests.write(sql.add(" and "), test);
    }
  }

  private static void counted(
      SqlText sql,
      @com.google.errorprone.annotations.CompileTimeConstant final String step,
      @com.google.errorprone.annotations.CompileTimeConstant final String never) {
    sql.add(
            "set_config('pgrst.inserted', (coalesce(nullif(current_setting('pgrst.inserted', true), '')::int, 0)")
        .add(step)
        .add(")::text, true) <> '")
        .add(never)
        .add("'");
  }

  private static void conflict(SqlText sql, WritePlan.Insert plan) {
    var conflict = plan.conflict();
    if (conflict == null || conflict.columns().isEmpty()) {
      return;
    }
    sql.add(" on conflict (");
    Pieces.joined(sql, conflict.columns(), ", ", (s, c) -> s.name(Pieces.clean(c))).add(") ");
    if (conflict.resolution() == Resolution.IGNORE || plan.columns().isEmpty()) {
      sql.add("do nothing");
      return;
    }
    replace(sql, plan, conflict);
  }

  private static void replace(SqlText sql, WritePlan.Insert plan, Conflict conflict) {
    sql.add("do update set ");
    Pieces.joined(
        sql, plan.columns(), ", ", (s, c) -> s.name(c.name()).add(" = excluded.").name(c.name()));
    if (conflict.resolution() == Resolution.MERGE) {
      counted(sql.add(" where "), " - 1", "-1");
    }
  }

  private static SqlText update(SqlText sql, WritePlan.Update plan) {
    if (plan.columns().isEmpty()) {
      return nothing(sql, plan);
    }
    Pieces.name(sql.add("update "), plan.relation()).add(" set ");
    Pieces.joined(
        sql,
        plan.columns(),
        ", ",
        (s, c) -> Pieces.column(s.name(c.name()).add(" = "), BODY, c.name()));
    new JsonRowsSql(plan.body(), plan.columns(), plan.missing()).from(sql, JsonRowsSql.Rows.ALL);
    where(sql, plan.relation(), plan.where());
    return returning(sql, plan);
  }

  /// An update of no columns changes no rows but still has the columns of its result.
  private static SqlText nothing(SqlText sql, WritePlan.Update plan) {
    sql.add("select ");
    if (plan.returning().isEmpty()) {
      sql.add("null");
    } else {
      var table = Name.alone(plan.relation().name());
      Pieces.joined(sql, plan.returning(), ", ", (s, c) -> Pieces.column(s, table, c));
    }
    return Pieces.name(sql.add(" from "), plan.relation()).add(" where false");
  }

  private static SqlText delete(SqlText sql, WritePlan.Delete plan) {
    Pieces.name(sql.add("delete from "), plan.relation());
    where(sql, plan.relation(), plan.where());
    return returning(sql, plan);
  }

  private static void where(SqlText sql, Name relation, List<Test> tests) {
    if (!tests.isEmpty()) {
      var writer = new TestSql(relation, WriteSql::noEmbed);
      Pieces.joined(sql.add(" where "), tests, " and ", writer::write);
    }
  }

  private static void noEmbed(SqlText sql, Test.EmbedIs test) {
    throw new IllegalStateException("a write has no embeds to test: " + test.slot());
  }

  private static SqlText returning(SqlText sql, WritePlan plan) {
    if (plan.returning().isEmpty()) {
      return sql.add(" returning 1");
    }
    sql.add(" returning ");
    return Pieces.joined(
        sql, plan.returning(), ", ", (s, c) -> Pieces.column(s, plan.relation(), c));
  }
}
