package io.stabbur.data.sql;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.Routine;
import io.stabbur.data.catalog.Routine.Parameter;
import io.stabbur.data.catalog.Routine.Passing;
import io.stabbur.data.plan.CallPlan;
import io.stabbur.data.plan.CallPlan.Argument;
import io.stabbur.data.plan.CallPlan.Arguments;
import io.stabbur.data.plan.WritePlan.PayloadColumn;
import io.stabbur.data.request.Preferences.Missing;
import io.stabbur.platform.sql.SqlText;
import java.util.List;

/// Writes the call of a function; a scalar result goes by the name `pgrst_scalar`.
final class CallSql {
  private static final Name CALL = Name.alone("pgrst_call");
  private static final Name BODY = Name.alone("pgrst_body");

  private CallSql() {}

  static SqlText call(SqlText sql, CallPlan plan) {
    var returns = plan.routine().returns();
    sql.add("select ");
    if (returns.shape() == Routine.Shape.SCALAR) {
      sql.add("pgrst_call.pgrst_scalar");
    } else {
      Pieces.joined(sql, plan.returning(), ", ", (s, c) -> Pieces.column(s, CALL, c));
    }
    if (plan.arguments() instanceof Arguments.FromJson(var body, var parameters)) {
      var columns = parameters.stream().map(CallSql::column).toList();
      new JsonRowsSql(body, columns, Missing.NULL).from(sql, JsonRowsSql.Rows.FIRST);
      sql.add(", lateral ");
    } else {
      sql.add(" from ");
    }
    return callee(sql, plan);
  }

  private static PayloadColumn column(Parameter parameter) {
    return new PayloadColumn(parameter.name(), parameter.loose(), null, null);
  }

  private static SqlText callee(SqlText sql, CallPlan plan) {
    var scalar = plan.routine().returns().shape() == Routine.Shape.SCALAR;
    sql.add(scalar ? "(select " : "");
    Pieces.name(sql, plan.routine().name()).add("(");
    arguments(sql, plan.arguments());
    return sql.add(scalar ? ") as pgrst_scalar) as pgrst_call" : ") as pgrst_call");
  }

  private static void arguments(SqlText sql, Arguments arguments) {
    switch (arguments) {
      case Arguments.None _ -> sql.add("");
      case Arguments.Whole(var parameter, var body) ->
          sql.value(body).add("::").printed(parameter.declared());
      case Arguments.Named(var values) -> Pieces.joined(sql, values, ", ", CallSql::named);
      case Arguments.FromJson(_, var parameters) -> fromBody(sql, parameters);
    }
  }

  private static void named(SqlText sql, Argument argument) {
    var parameter = argument.parameter();
    start(sql, parameter);
    if (parameter.passing() == Passing.VARIADIC) {
      sql.value(argument.values().toArray(String[]::new));
    } else {
      sql.value(argument.values().getFirst());
    }
    sql.add("::").printed(parameter.loose());
  }

  private static void fromBody(SqlText sql, List<Parameter> parameters) {
    Pieces.joined(
        sql,
        parameters,
        ", ",
        (s, parameter) -> {
          start(s, parameter);
          Pieces.column(s, BODY, parameter.name());
        });
  }

  private static void start(SqlText sql, Parameter parameter) {
    sql.add(parameter.passing() == Passing.VARIADIC ? "variadic " : "");
    sql.name(parameter.name()).add(" := ");
  }
}
