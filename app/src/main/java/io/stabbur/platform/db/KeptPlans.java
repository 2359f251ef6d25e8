package io.stabbur.platform.db;

import io.stabbur.platform.sql.SqlFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// Whether a database's plans may be kept. A function that is declared `immutable` is computed
/// while a statement is planned; where it depends on who asks, a kept plan would show the next
/// caller what the first one may see. It does where it reads a setting or who the user is, a table
/// with row policies or a view, directly or by what its text calls: functions, operators, casts,
/// checks of domains, aggregates. Where that cannot be told, it may: it is written in another
/// language than SQL and PL/pgSQL, it joins SQL together as it runs, writes names in Unicode
/// escapes, or calls a function of Postgres that is not known to depend on its arguments alone.
final class KeptPlans {
  private static final String FUNCTIONS = uncompiled("functions-named");
  private static final String VARYING = uncompiled("functions-varying");
  private static final String OPERATORS = uncompiled("operators-written");
  private static final String HIDDEN = uncompiled("calls-hidden");
  private static final String GUARDED = uncompiled("guarded-tables");

  /// As Postgres writes them: any character beyond ASCII is one of a name.
  private static final Pattern NAME =
      Pattern.compile("\"((?:[^\"]++|\"\")++)\"|([\\w$\\x{80}-\\x{10FFFF}]+)");

  private static final Pattern CALL =
      Pattern.compile("(?:\"((?:[^\"]++|\"\")++)\"|([\\w$\\x{80}-\\x{10FFFF}]+))\\s*\\(");
  private static final Pattern COMMENT = Pattern.compile("--|/\\*");
  private static final Pattern SETTING =
      Pattern.compile(
          "\\b(?:current_setting|pg_settings|execute|query_to_\\w+|ts_stat|ts_rewrite|current_user|"
              + "current_role|session_user|system_user|current_schemas?|information_schema)\\b|\\bu&\""
              + "|(?<![.'\"\\w$-])user(?![\\w$'\"-])",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern QUERY =
      Pattern.compile("\\b(?:from|table)\\b", Pattern.CASE_INSENSITIVE);

  private final Connection connection;

  /// Functions that were looked at, by their numbers.
  private final Set<String> seen = new HashSet<>();

  /// What the functions call.
  private final Set<String> called = new HashSet<>();

  /// All names in the functions.
  private final Set<String> words = new HashSet<>();

  /// What functions that read tables name.
  private final Set<String> named = new HashSet<>();

  /// The names of operators that somebody wrote, each with those of its functions; once needed.
  private Map<String, Set<String>> operators = Map.of();

  /// What is called without being named; once needed.
  private List<Hidden> hidden = List.of();

  /// What is called where a type is named.
  ///
  /// @param type empty where it is one of Postgres
  /// @param isCast whether a table of such values may lead there, too
  private record Hidden(String type, boolean isCast, String text) {}

  private KeptPlans(Connection connection) {
    this.connection = connection;
  }

  /// False where such a function is there.
  static boolean mayKeep(Connection connection) throws SQLException {
    return new KeptPlans(connection).mayKeep();
  }

  private boolean mayKeep() throws SQLException {
    int before;
    do {
      before = seen.size();
      if (readsSettings()) {
        return false;
      }
    } while (seen.size() > before);
    return (called.isEmpty() || !isAny(VARYING, called))
        && (named.isEmpty() || !isAny(GUARDED, named));
  }

  /// Whether a function that is called and was not seen yet reads a setting, or may do so.
  private boolean readsSettings() throws SQLException {
    try (var statement = connection.prepareStatement(FUNCTIONS)) {
      statement.setBoolean(1, seen.isEmpty());
      bind(statement, 2, called);
      bind(statement, 3, words);
      try (var rows = rows(statement)) {
        while (rows.next()) {
          if (!seen.add(rows.getString(1))) {
            continue;
          }
          var source = rows.getString(3);
          if (!rows.getBoolean(2) || source == null || readsSettings(source)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean readsSettings(String source) throws SQLException {
    if (SETTING.matcher(source).find()) {
      return true;
    }
    var own = new HashSet<String>();
    addNames(NAME, source, own);
    words.addAll(own);
    // a comment may stand between a name and its bracket
    addNames(COMMENT.matcher(source).find() ? NAME : CALL, source, called);
    boolean readsTables = QUERY.matcher(source).find();
    if (readsTables) {
      named.addAll(own);
    }
    addOperators(source);
    for (var each : hidden) {
      boolean isReached =
          each.type.isEmpty() || own.contains(each.type) || (each.isCast && readsTables);
      if (isReached) {
        if (SETTING.matcher(each.text).find()) {
          return true;
        }
        addNames(CALL, each.text, called);
      }
    }
    return false;
  }

  private static void addNames(Pattern pattern, String source, Set<String> names) {
    for (var each = pattern.matcher(source); each.find(); ) {
      var name = each.start(1) < 0 ? each.group(2) : each.group(1).replace("\"\"", "\"");
      names.add(name.toLowerCase(Locale.ROOT));
    }
  }

  /// The functions of operators that the text may use.
  private void addOperators(String source) throws SQLException {
    if (seen.size() == 1) {
      operators = operators();
      hidden = hidden();
    }
    operators.forEach(
        (name, functions) -> {
          if (source.contains(name)) {
            called.addAll(functions);
          }
        });
  }

  /// `select set_config('jit','off',true);…`, which one transaction runs: compiling one of these
  /// queries takes a tenth of a second, and each new connection asks them.
  private static String uncompiled(String query) {
    return "select pg_catalog.set_config('jit','off',true);" + SqlFile.of(KeptPlans.class, query);
  }

  private static ResultSet rows(PreparedStatement statement) throws SQLException {
    statement.execute();
    new Results(statement).skip();
    return Objects.requireNonNull(statement.getResultSet());
  }

  private Map<String, Set<String>> operators() throws SQLException {
    var found = new HashMap<String, Set<String>>();
    try (var statement = connection.prepareStatement(OPERATORS);
        var rows = rows(statement)) {
      while (rows.next()) {
        found
            .computeIfAbsent(rows.getString(1), _ -> new HashSet<>())
            .add(rows.getString(2).toLowerCase(Locale.ROOT));
      }
    }
    return found;
  }

  private List<Hidden> hidden() throws SQLException {
    var found = new ArrayList<Hidden>();
    try (var statement = connection.prepareStatement(HIDDEN);
        var rows = rows(statement)) {
      while (rows.next()) {
        var type = rows.getString(1);
        found.add(new Hidden(type == null ? "" : type, rows.getBoolean(2), rows.getString(3)));
      }
    }
    return found;
  }

  /// Whether the catalog has one of the names among those that a query looks for.
  private boolean isAny(String query, Set<String> names) throws SQLException {
    try (var statement = connection.prepareStatement(query)) {
      bind(statement, 1, names);
      try (var rows = rows(statement)) {
        return rows.next();
      }
    }
  }

  private void bind(PreparedStatement statement, int place, Set<String> names) throws SQLException {
    statement.setArray(place, connection.createArrayOf("text", names.toArray()));
  }
}
