package io.stabbur.platform.db;

import io.stabbur.platform.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Whether a database's plans may be kept. A function that is declared `immutable` is computed
/// while a statement is planned; where it reads who asks, directly or by a function that its text
/// calls, a kept plan would show the next caller what the first one may see.
final class KeptPlans {
  private static final String FUNCTIONS = SqlFile.of(KeptPlans.class, "functions-named");
  private static final Pattern CALL = Pattern.compile("(?:\"([^\"]+)\"|(\\w+))\\s*\\(");
  private static final Pattern SETTING =
      Pattern.compile("\\bcurrent_setting\\b", Pattern.CASE_INSENSITIVE);

  private KeptPlans() {}

  /// False where such a function is there.
  static boolean mayKeep(Connection connection) throws SQLException {
    var names = Set.<String>of();
    var seen = new HashSet<String>();
    do {
      var called = new HashSet<String>();
      if (readsSettings(connection, names, seen, called)) {
        return false;
      }
      names = called;
    } while (!names.isEmpty());
    return true;
  }

  /// Whether a function of these names that was not seen yet reads a setting; the names that they
  /// call are added.
  private static boolean readsSettings(
      Connection connection, Set<String> names, Set<String> seen, Set<String> called)
      throws SQLException {
    var array = connection.createArrayOf("text", names.toArray());
    try (var statement = connection.prepareStatement(FUNCTIONS)) {
      statement.setArray(1, array);
      statement.setArray(2, array);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var source = rows.getString(3);
          if (source == null || !seen.add(rows.getString(1))) {
            continue;
          }
          if (SETTING.matcher(source).find()) {
            return true;
          }
          for (var call = CALL.matcher(source); call.find(); ) {
            var name = call.start(1) < 0 ? call.group(2) : call.group(1);
            called.add(name.toLowerCase(Locale.ROOT));
          }
        }
      }
    }
    return false;
  }
}
