package io.stabbur.testing;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.project.embedded.EmbeddedPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One Postgres for all tests that need a database but no server, and a new empty database in it
/// for each that asks.
public final class TestPostgres {
  private static final Secret PASSWORD = DataTemplate.PASSWORD;
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static @Nullable EmbeddedPostgres running;

  private TestPostgres() {}

  /// The superuser's login to a new, empty database.
  public static Login newDatabase() {
    return newDatabase("template0");
  }

  /// The superuser's login to a new database with the content of another, to which nobody may be
  /// connected. Rights on the database itself are not copied.
  public static Login copyOf(Login original) {
    return newDatabase(original.url().replaceFirst(".*/", ""));
  }

  private static Login newDatabase(String template) {
    var name = "test_" + NUMBER.incrementAndGet();
    execute(
        login(EmbeddedPostgres.SUPERUSER, "postgres"),
        new SqlText()
            .add("create database ")
            .name(name)
            .add(" template ")
            .name(template)
            .statement()
            .sql());
    return login(EmbeddedPostgres.SUPERUSER, name);
  }

  /// Another role's login to the same database. The role gets the password of all roles here.
  public static Login as(String role, Login superuser) {
    execute(
        superuser,
        new SqlText()
            .add("alter role ")
            .name(role)
            .add(" password 'a password of the tests'")
            .statement()
            .sql());
    return new Login(superuser.url(), role, PASSWORD, 2, superuser.patience());
  }

  /// Runs SQL outside any transaction of ours, with the role's own settings.
  public static void execute(Login login, String sql) {
    try (var connection =
            DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /// The first column of the first row, as text, in a transaction that reads; null where there is
  /// no row. By a plain connection: one of ours costs Postgres several times as much, and tests ask
  /// again and again.
  public static @Nullable String value(Login login, String sql, @Nullable Object... values) {
    try (var connection =
            DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
        var statement = connection.prepareStatement(sql)) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (var rows = statement.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    } catch (SQLException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static Login login(String user, String database) {
    return new Login(
        "jdbc:postgresql://127.0.0.1:" + server().port() + "/" + database,
        user,
        PASSWORD,
        2,
        Duration.ofSeconds(10));
  }

  private static synchronized EmbeddedPostgres server() {
    if (running == null) {
      running = AtExit.close(EmbeddedPostgres.start(DataTemplate.EMPTY.newCopy(), null, PASSWORD));
    }
    return running;
  }
}
