package io.stabbur.platform.db;

import io.stabbur.platform.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Statements that travel together as one transaction. Each must answer one result.
///
/// @param isolation the isolation level in SQL's words; the database's default when absent
public record Batch(List<Statement> statements, @Nullable Isolation isolation, Ending ending) {

  public static Batch of(Statement statement) {
    return new Batch(List.of(statement), null, Ending.COMMIT);
  }

  /// How the transaction ends when all went well.
  public enum Ending {
    COMMIT("commit"),
    /// What commit would have checked is checked, and then everything is undone.
    ROLLBACK("set constraints all immediate;rollback");

    private final String sql;

    Ending(String sql) {
      this.sql = sql;
    }

    String sql() {
      return sql;
    }
  }

  /// An isolation level other than the default.
  public enum Isolation {
    READ_COMMITTED("read committed"),
    REPEATABLE_READ("repeatable read"),
    SERIALIZABLE("serializable");

    private final String sql;

    Isolation(String sql) {
      this.sql = sql;
    }

    String sql() {
      return sql;
    }

    /// The level a setting names; null for one that Postgres does not have.
    public static @Nullable Isolation named(@Nullable String name) {
      for (var level : values()) {
        if (level.sql.equalsIgnoreCase(name)) {
          return level;
        }
      }
      return null;
    }
  }

  /// The text between `begin` and what ends the transaction.
  String sql() {
    if (statements.size() == 1) {
      return statements.getFirst().sql();
    }
    return String.join(";", statements.stream().map(Statement::sql).toList());
  }
}
