package io.stabbur.operations.statement;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The statements of a project that took the most time since Postgres began to count, from
/// `pg_stat_statements`.
@Singleton
public final class Statements {
  private static final String TOP = SqlFile.of(Statements.class, "statements");
  private static final String UNINDEXED = SqlFile.of(Statements.class, "unindexed");

  /// What a statement cost.
  ///
  /// @param text without values
  /// @param share of the time of all statements
  public record Cost(
      String id,
      String text,
      long calls,
      double milliseconds,
      long rows,
      double share,
      List<Index> missing) {
    public double mean() {
      return calls == 0 ? 0 : milliseconds / calls;
    }
  }

  /// An index that a statement may lack.
  ///
  /// @param rows of the table
  public record Index(String schema, String table, String column, long rows) {
    /// As a migration; in one, `concurrently` is not allowed.
    public String sql() {
      return "create index on %s.%s (%s);"
          .formatted(SqlText.quote(schema), SqlText.quote(table), SqlText.quote(column));
    }

    /// Whether a statement, in lower case, names the table and compares the column. Most are sorted
    /// out before a pattern is made for them.
    private boolean helps(String lower) {
      return lower.contains(table.toLowerCase(Locale.ROOT))
          && lower.contains(column.toLowerCase(Locale.ROOT))
          && word(table).matcher(lower).find()
          && Pattern.compile(
                  "(?<![\\w])\"?"
                      + Pattern.quote(column.toLowerCase(Locale.ROOT))
                      + "\"?\\s*(?:=|<|>|in\\b|between\\b|like\\b|ilike\\b)")
              .matcher(lower)
              .find();
    }

    private static Pattern word(String name) {
      return Pattern.compile(
          "(?<![\\w])" + Pattern.quote(name.toLowerCase(Locale.ROOT)) + "(?![\\w])");
    }
  }

  /// The most expensive first.
  public List<Cost> top(Project project, int most) {
    var login = project.admin().login();
    var actor = Actor.of(login.user()).with("statement_timeout", "10s").withoutJit();
    return project
        .admin()
        .transaction(
            actor,
            Access.READ,
            tx -> {
              var unindexed = tx.list(Statement.of(UNINDEXED), Statements::index);
              return tx.list(Statement.of(TOP, most), row -> cost(row, unindexed));
            });
  }

  private static Index index(ResultSet row) throws SQLException {
    return new Index(row.getString(1), row.getString(2), row.getString(3), row.getLong(4));
  }

  private static Cost cost(ResultSet row, List<Index> unindexed) throws SQLException {
    var text = MaskedText.of(String.valueOf(row.getString(2)));
    var lower = text.toLowerCase(Locale.ROOT);
    return new Cost(
        String.valueOf(row.getString(1)),
        text,
        row.getLong(3),
        row.getDouble(4),
        row.getLong(5),
        row.getDouble(6),
        unindexed.stream().filter(index -> index.helps(lower)).toList());
  }
}
