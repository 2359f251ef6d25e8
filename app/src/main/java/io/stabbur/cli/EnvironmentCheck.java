package io.stabbur.cli;

import io.micronaut.context.env.Environment;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.DatabaseCheck;
import io.stabbur.project.DatabaseGuard;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.Project;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Keeps a server of one environment from the database of another: staging with production's
/// address would migrate it. A database remembers the first environment that opened it.
///
/// @param name of this server's environment; null where none is configured
/// @param takes whether databases of another environment become this one's
record EnvironmentCheck(@Nullable String name, boolean takes) implements DatabaseGuard {
  private static final String ANSWER = "5";

  /// The environment that a configuration names.
  static EnvironmentCheck of(Environment file) {
    return new EnvironmentCheck(
        file.getProperty("stabbur.environment.name", String.class).orElse(null), false);
  }

  /// The same environment, which takes over databases of others.
  EnvironmentCheck taking() {
    return new EnvironmentCheck(name, true);
  }

  /// Refuses a configuration with the database of another environment, before anything is done to
  /// it. What cannot be asked is left to the start.
  void requireOwnDatabases(Environment file) {
    for (var project : file.getPropertyEntries("stabbur.projects")) {
      var prefix = "stabbur.projects." + project + ".";
      var url = file.getProperty(prefix + "database-url", String.class);
      if (url.isPresent()) {
        var parsed = DatabaseUrl.parse(url.get());
        var user =
            parsed.user() != null
                ? parsed.user()
                : file.getProperty(prefix + "admin-user", String.class).orElse("postgres");
        var password =
            parsed.password() != null
                ? parsed.password().reveal()
                : file.getProperty(prefix + "admin-password", String.class).orElse("");
        requireOwn(project, parsed.jdbc(), user, password);
      }
    }
  }

  /// The same for a database that could not be asked at the start, when it is opened: it is asked
  /// before anything is done to it.
  @Override
  public void requireOwn(String project, Login owner) {
    if (takes) {
      return;
    }
    try {
      refuseOthers(project, remembered(owner.url(), owner.user(), owner.password().reveal()));
    } catch (SQLException e) {
      if (!DatabaseCheck.isAway(e)) {
        // the start says what is wrong, and cannot do anything to the database either
        return;
      }
      throw StartFailure.passing(
          "The database of project %s does not say which environment it belongs to; it is asked again."
              .formatted(project),
          e);
    }
  }

  private void requireOwn(String project, String url, String user, String password) {
    try {
      refuseOthers(project, remembered(url, user, password));
    } catch (SQLException _) {
      // asked again when the project is opened
    }
  }

  private void refuseOthers(String project, Optional<String> remembered) {
    remembered.filter(other -> !other.equals(name)).ifPresent(other -> refuse(project, other));
  }

  private void refuse(String project, String other) {
    throw new StartFailure(
        "The database of project %s belongs to the environment %s and this server is %s; point database-url at a database of its own, or confirm with --take-environment that it changes hands."
            .formatted(project, other, name == null ? "none (stabbur.environment.name)" : name));
  }

  private static Optional<String> remembered(String url, String user, String password)
      throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    // a server that hangs is for the start to tell
    properties.setProperty("connectTimeout", ANSWER);
    properties.setProperty("socketTimeout", ANSWER);
    try (var connection = DriverManager.getConnection(url, properties);
        var statement = connection.createStatement();
        var there =
            statement.executeQuery("select to_regclass('stabbur.environment') is not null")) {
      if (!there.next() || !there.getBoolean(1)) {
        return Optional.empty();
      }
      try (var row = statement.executeQuery("select name from stabbur.environment")) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  /// Has a database remember this server's environment.
  @Override
  public void opened(Project project) {
    if (name != null && project.settings().prepare()) {
      var admin = project.admin();
      admin.transaction(
          Actor.of(admin.login().user()),
          Access.WRITE,
          tx ->
              tx.update(
                  Statement.of(
                      """
                      insert into stabbur.environment (name) values (?)
                      on conflict (only_row) do update set name = excluded.name, since = now()
                      where stabbur.environment.name <> excluded.name\
                      """,
                      name)));
    }
  }
}
