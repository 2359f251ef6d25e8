package io.stabbur.platform.db;

import io.stabbur.platform.sql.SqlFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Whether a database's plans may be kept. A function that is declared `immutable` is computed
/// while a statement is planned; where it depends on who asks, a kept plan would show the next
/// caller what the first one may see. It does where it reads a setting, or a table with row
/// policies or a view, directly or by a function or an operator that its text names; SQL that it
/// joins together when it runs, and names in Unicode escapes, may do so, too.
final class KeptPlans {
  private static final String FUNCTIONS = SqlFile.of(KeptPlans.class, "functions-named");
  private static final String OPERATORS = SqlFile.of(KeptPlans.class, "operators-written");
  private static final String GUARDED = SqlFile.of(KeptPlans.class, "guarded-tables");

  /// As Postgres writes them: any character beyond ASCII is one of a name.
  private static final Pattern NAME = Pattern.compile("\"([^\"]+)\"|([\\w$\\x{80}-\\x{10FFFF}]+)");

  private static final Pattern CALL =
      Pattern.compile("(?:\"([^\"]+)\"|([\\w$\\x{80}-\\x{10FFFF}]+))\\s*\\(");
  private static final Pattern COMMENT = Pattern.compile("--|/\\*");
  private static final Pattern SETTING =
      Pattern.compile(
          "\\b(?:current_setting|pg_settings|execute|query_to_\\w+|ts_stat|ts_rewrite)\\b|\\bu&\"",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern QUERY =
      Pattern.compile("\\b(?:from|table)\\b", Pattern.CASE_INSENSITIVE);

  private final Connection connection;

  /// Functions that were looked at, by their numbers.
  private final Set<String> seen = new HashSet<>();

  /// What functions that read tables name.
  private final Set<String> named = new HashSet<>();

  /// The names of operators that somebody wrote, each with those of its functions; once needed.
  private Map<String, Set<String>> operators = Map.of();

  private KeptPlans(Connection connection) {
    this.connection = connection;
  }

  /// False where such a function is there.
  static boolean mayKeep(Connection connection) throws SQLException {
    return new KeptPlans(connection).mayKeep();
  }

  private boolean mayKeep() throws SQLException {
    var names = Set.<String>of();
    do {
      var called = new HashSet<String>();
      if (readsSettings(names, called)) {
        return false;
      }
      names = called;
    } while (!names.isEmpty());
    return named.isEmpty() || !isGuarded();
  }

  /// Whether a function of these names that was not seen yet reads a setting; the names that they
  /// call are added.
  private boolean readsSettings(Set<String> names, Set<String> called) throws SQLException {
    try (var statement = connection.prepareStatement(FUNCTIONS)) {
      bind(statement, 1, names);
      bind(statement, 2, names);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var source = rows.getString(3);
          if (source == null || !seen.add(rows.getString(1))) {
            continue;
          }
          if (SETTING.matcher(source).find()) {
            return true;
          }
          // a comment may stand between a name and its bracket
          addNames(COMMENT.matcher(source).find() ? NAME : CALL, source, called);
          if (QUERY.matcher(source).find()) {
            addNames(NAME, source, named);
          }
          addOperators(source, called);
        }
      }
    }
    return false;
  }

  private static void addNames(Pattern pattern, String source, Set<String> names) {
    for (var each = pattern.matcher(source); each.find(); ) {
      var name = each.start(1) < 0 ? each.group(2) : each.group(1);
      names.add(name.toLowerCase(Locale.ROOT));
    }
  }

  /// The functions of operators that the text may use.
  private void addOperators(String source, Set<String> called) throws SQLException {
    if (seen.size() == 1) {
      operators = operators();
    }
    operators.forEach(
        (name, functions) -> {
          if (source.contains(name)) {
            called.addAll(functions);
          }
        });
  }

  private Map<String, Set<String>> operators() throws SQLException {
    var found = new HashMap<String, Set<String>>();
    try (var statement = connection.prepareStatement(OPERATORS);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        found
            .computeIfAbsent(rows.getString(1), _ -> new HashSet<>())
            .add(rows.getString(2).toLowerCase(Locale.ROOT));
      }
    }
    return found;
  }

  /// Whether one of the names is that of a table whose rows depend on who asks.
  private boolean isGuarded() throws SQLException {
    try (var statement = connection.prepareStatement(GUARDED)) {
      bind(statement, 1, named);
      try (var rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private void bind(PreparedStatement statement, int place, Set<String> names) throws SQLException {
    statement.setArray(place, connection.createArrayOf("text", names.toArray()));
  }
}
