package io.stabbur.operations.advisor;

import io.stabbur.platform.sql.SqlText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A row-level security policy.
///
/// @param roles as they are written, `public` for everybody
/// @param using the condition of rows that are there already, as Postgres prints it
/// @param check the condition of rows as they shall become
/// @param hasOwner whether a column of the table says whose a row is
/// @param isOwn whether the table is the project's, and not one of the server's
public record Policy(
    String schema,
    String table,
    String name,
    Command command,
    boolean isPermissive,
    boolean hasRls,
    List<String> roles,
    boolean forAnon,
    boolean forSignedIn,
    Optional<String> using,
    Optional<String> check,
    boolean hasOwner,
    boolean isOwn) {

  /// What a policy is asked about.
  public enum Command {
    SELECT("r", "read"),
    INSERT("a", "add"),
    UPDATE("w", "change"),
    DELETE("d", "remove"),
    ALL("*", "read, add, change and remove");

    private final String sign;
    private final String verb;

    Command(String sign, String verb) {
      this.sign = sign;
      this.verb = verb;
    }

    String verb() {
      return verb;
    }

    private static Command of(String sign) {
      return Arrays.stream(values()).filter(each -> each.sign.equals(sign)).findFirst().orElse(ALL);
    }
  }

  static Policy of(ResultSet row) throws SQLException {
    return new Policy(
        String.valueOf(row.getString("schema_name")),
        String.valueOf(row.getString("table_name")),
        String.valueOf(row.getString("name")),
        Command.of(String.valueOf(row.getString("command"))),
        row.getBoolean("is_permissive"),
        row.getBoolean("has_rls"),
        Arrays.asList((String[]) row.getArray("roles").getArray()),
        row.getBoolean("for_anon"),
        row.getBoolean("for_signed_in"),
        Optional.ofNullable(row.getString("using_text")),
        Optional.ofNullable(row.getString("check_text")),
        row.getBoolean("has_owner"),
        row.getBoolean("is_own"));
  }

  /// Whether it is asked for this command, which is not [Command#ALL].
  public boolean covers(Command asked) {
    return command == Command.ALL || command == asked;
  }

  /// What a row must fulfil after an insert or update.
  public Optional<String> written() {
    return switch (command) {
      case INSERT -> check;
      case UPDATE, ALL -> check.or(() -> using);
      case SELECT, DELETE -> Optional.empty();
    };
  }

  /// What a row must fulfil to be read, changed or removed.
  public Optional<String> found() {
    return command == Command.INSERT ? Optional.empty() : using;
  }

  boolean isOf(Table other) {
    return schema.equals(other.schema()) && table.equals(other.name());
  }

  Table of() {
    return new Table(schema, table);
  }

  /// The table by name.
  public record Table(String schema, String name) {
    @Override
    public String toString() {
      return schema + '.' + name;
    }
  }

  String drop() {
    return "drop policy %s on %s.%s;"
        .formatted(SqlText.quote(name), SqlText.quote(schema), SqlText.quote(table));
  }
}
