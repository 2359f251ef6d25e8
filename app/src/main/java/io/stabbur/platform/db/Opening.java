package io.stabbur.platform.db;

import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What stands before the statements of a transaction, in the message group of the first of them:
/// `begin …; select set_config('role', …), …, unlock, check`.
///
/// @param sql the text, without a semicolon at its end
/// @param values what its question marks stand for
/// @param results how many results come before that of the first statement
record Opening(String sql, List<@Nullable Object> values, int results) {

  /// @param begin what begins the transaction
  /// @param first statements before any value of the actor and before its role, each of one result
  /// @param settings what is set for the actor
  static Opening of(
      String begin, List<Statement> first, Actor actor, SequencedMap<String, String> settings) {
    var sql = new StringBuilder(384).append(begin).append(';');
    var values = new ArrayList<@Nullable Object>(4 + 2 * settings.size());
    for (var statement : first) {
      sql.append(statement.sql()).append(';');
      values.addAll(statement.values());
    }
    assume(sql, values, actor, settings);
    return new Opening(sql.toString(), values, 2 + first.size());
  }

  /// The role is bound as a value and named in the text, too, because a plan is made for one role:
  /// the same text under two roles would be planned anew at each change. A claim may name an empty
  /// role, which cannot be quoted alone.
  private static void assume(
      StringBuilder sql,
      List<@Nullable Object> values,
      Actor actor,
      SequencedMap<String, String> settings) {
    sql.append("select pg_catalog.set_config('role',?,true) as ")
        .append(SqlText.quote("role " + actor.role()));
    values.add(actor.role());
    for (var setting : settings.entrySet()) {
      sql.append(",pg_catalog.set_config(?,?,true)");
      values.add(setting.getKey());
      values.add(setting.getValue());
    }
    sql.append(',').append(SessionReset.UNLOCK);
    var check = actor.check();
    if (check != null) {
      sql.append(',').append(check.sql());
      values.addAll(check.values());
    }
  }
}
