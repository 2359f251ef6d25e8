package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlTokens;
import io.stabbur.project.SqlScript;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Each SQL file beside its package is read by a class of that package, and Postgres can plan it on
/// a project's database. The files of the internal schema and of extensions are run by other tests.
class SqlFilesTest {
  private static final Path MAIN = TestServer.repository().resolve("app/src/main");
  private static final Path FILES = MAIN.resolve("resources");
  private static final Set<String> PLANNED =
      Set.of("select", "with", "insert", "update", "delete", "values");

  /// What Postgres says of a parameter whose type it cannot see from the text; the driver tells it.
  private static final Set<String> TYPE_OF_PARAMETER = Set.of("42P18", "42725");

  /// Files for other versions of Postgres than the embedded one, for tables that a copy of a
  /// project alone has, and for those of the control database.
  private static final Set<String> ELSEWHERE =
      Set.of("pg_stat_bgwriter_16.sql", "asleep-noted-jobs.sql", "enqueue.sql", "history.sql");

  @Test
  void everyFileIsReadByItsPackage() throws IOException {
    var unread = new ArrayList<String>();
    for (var file : files()) {
      var name = file.getFileName().toString().replace(".sql", "");
      var constant = name.toUpperCase(Locale.ROOT);
      var owner = Objects.requireNonNull(FILES.relativize(file).getParent());
      var sources = sources(owner) + sources(Objects.requireNonNull(owner.getParent()));
      if (!sources.contains('"' + name + '"')
          && !sources.contains(owner.getFileName() + "/" + name + '"')
          && !sources.contains(" " + constant + "(")) {
        unread.add(FILES.relativize(file).toString());
      }
    }
    assertThat(unread).isEmpty();
  }

  @Test
  void everyFileIsPlannedByPostgres() throws IOException, SQLException {
    var wrong = new ArrayList<String>();
    try (var connection = connect(TestServer.shared().project().admin().login())) {
      for (var file : files()) {
        for (var piece : SqlScript.statements(text(file))) {
          var sql = numbered(piece.sql());
          if (PLANNED.contains(firstWord(sql)) && !isElsewhere(file)) {
            problem(connection, sql)
                .ifPresent(why -> wrong.add(FILES.relativize(file) + ": " + why));
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isElsewhere(Path file) {
    return ELSEWHERE.contains(file.getFileName().toString());
  }

  private static Connection connect(Login login) throws SQLException {
    var connection =
        DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
    try (var statement = connection.createStatement()) {
      statement.execute("set search_path = \"$user\", public, extensions, stabbur_organization");
    }
    return connection;
  }

  private static List<Path> files() throws IOException {
    try (var files = Files.walk(FILES.resolve("io"))) {
      return files
          .filter(file -> file.toString().endsWith(".sql"))
          .filter(file -> !file.toString().contains("/project/base/"))
          .filter(file -> !file.toString().contains("/embedded/extension/"))
          .filter(file -> !file.endsWith("advisor/scope.sql"))
          .sorted()
          .toList();
    }
  }

  private static String sources(Path owner) throws IOException {
    var folder = MAIN.resolve("java").resolve(owner);
    if (!Files.isDirectory(folder)) {
      return "";
    }
    var text = new StringBuilder();
    try (var files = Files.list(folder)) {
      for (var file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }

  private static String text(Path file) throws IOException {
    var text = Files.readString(file);
    // the advisor's questions, and some of others, go on from what is in its scope
    boolean isScoped =
        firstWord(text).equals("select")
            && text.matches("(?s).*\\b(?:from|join) (?:relations|routines|schemas|callers)\\b.*");
    return isScoped
        ? Files.readString(FILES.resolve("io/stabbur/operations/advisor/scope.sql")) + text
        : text;
  }

  /// With `$1` for each value, as the driver writes it.
  private static String numbered(String sql) {
    var text = new StringBuilder();
    var tokens = new SqlTokens(sql);
    int number = 0;
    while (tokens.next()) {
      var token = sql.substring(tokens.start(), tokens.end());
      if (token.equals("?") && sql.startsWith("??", tokens.start())) {
        text.append('?');
        tokens.next();
      } else {
        text.append(token.equals("?") ? "$" + ++number : token);
      }
    }
    return text.toString();
  }

  private static String firstWord(String sql) {
    var tokens = new SqlTokens(sql);
    while (tokens.next()) {
      if (tokens.kind() == SqlTokens.Kind.WORD) {
        return sql.substring(tokens.start(), tokens.end()).toLowerCase(Locale.ROOT);
      }
    }
    return "";
  }

  private static Optional<String> problem(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute("prepare looked_at as " + sql);
      statement.execute("deallocate looked_at");
      return Optional.empty();
    } catch (SQLException e) {
      return TYPE_OF_PARAMETER.contains(String.valueOf(e.getSQLState()))
          ? Optional.empty()
          : Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
