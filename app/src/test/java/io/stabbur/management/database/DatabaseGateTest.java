package io.stabbur.management.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.management.reference.ProjectReference;
import io.stabbur.management.token.AccessTokens;
import io.stabbur.project.LoginRoles;
import io.stabbur.project.LoginRoles.Rights;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/// The database port and the temporary roles that log in there.
class DatabaseGateTest {
  private static final int PORT = TestServer.freePort();
  private static final TestServer SERVER =
      AtExit.close(TestServer.start(Map.of("stabbur.management.database-port", PORT)));
  private static final Duration LONG = Duration.ofMinutes(5);

  private static Connection connect(String user, String password, String more) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/postgres?%s".formatted(PORT, more), properties);
  }

  private static Connection connect(LoginRoles.Made role) throws SQLException {
    return connect(role.name(), role.password().reveal(), "sslmode=require");
  }

  private static String value(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String owner() {
    return SERVER.project().keys().databasePassword().reveal();
  }

  @Test
  void theOwnerAndTemporaryRolesLogInOverTls() throws SQLException {
    var reference = ProjectReference.of(SERVER.project()).text();
    for (var user : List.of("postgres", "postgres." + reference)) {
      try (var connection = connect(user, owner(), "sslmode=require")) {
        assertThat(value(connection, "select current_user")).isEqualTo("postgres");
      }
    }
    var role = new LoginRoles(SERVER.project()).create(Rights.OWNER, LONG);
    try (var connection = connect(role)) {
      assertThat(value(connection, "select current_user")).isEqualTo(role.name());
      connection.createStatement().execute("set session role postgres");
      assertThat(value(connection, "select current_user")).isEqualTo("postgres");
    }
  }

  @Test
  void theCertificateIsTheOneThatIsShown() throws SQLException {
    var file = SERVER.project().folder().resolve("database-tls.crt");
    assertThat(SERVER.bean(DatabaseGate.class).fingerprint().orElseThrow())
        .matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    try (var connection = connect("postgres", owner(), "sslmode=verify-ca&sslrootcert=" + file)) {
      assertThat(value(connection, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void nothingElseIsLetThrough() {
    assertThatThrownBy(() -> connect("postgres", owner(), "sslmode=disable"))
        .hasMessageContaining("needs TLS");
    assertThatThrownBy(() -> connect("postgres", "wrong", "sslmode=require"))
        .hasMessageContaining("password authentication failed");
    var keys = SERVER.project().keys();
    assertThatThrownBy(
            () -> connect("supabase_admin", keys.superuserPassword().reveal(), "sslmode=require"))
        .hasMessageContaining("may not log in here");
    assertThatThrownBy(
            () -> connect("authenticator", keys.apiPassword().reveal(), "sslmode=require"))
        .hasMessageContaining("may not log in here");
    assertThatThrownBy(() -> connect("postgres." + "a".repeat(20), owner(), "sslmode=require"))
        .hasMessageContaining("No project is named");
  }

  @Test
  void aRoleEnds() throws Exception {
    var roles = new LoginRoles(SERVER.project());
    var role = roles.create(Rights.OWNER, Duration.ofMillis(1_500));
    try (var open = connect(role)) {
      Thread.sleep(1_600);
      assertThatThrownBy(() -> connect(role)).hasMessageContaining("may not log in here");
      roles.dropExpired();
      assertThat(value(open, "select 1")).as("a session under way goes on").isEqualTo("1");
    }
    io.stabbur.testing.Await.until(
        "the role is gone",
        () -> {
          roles.dropExpired();
          return !exists(role.name());
        });

    var another = roles.create(Rights.OWNER, LONG);
    try (var open = connect(another)) {
      roles.dropAll();
      assertThatThrownBy(() -> value(open, "select 1")).isInstanceOf(SQLException.class);
    }
    assertThat(exists(another.name())).isFalse();
  }

  /// The owner may make roles, and give them any name and end.
  @Test
  void aRoleThatTheOwnerMadeIsNoTemporaryOne() throws SQLException {
    try (var connection = connect("postgres", owner(), "sslmode=require")) {
      var statement = connection.createStatement();
      statement.execute("create role cli_login_mine login bypassrls password 'a'");
    }
    assertThatThrownBy(() -> connect("cli_login_mine", "a", "sslmode=require"))
        .hasMessageContaining("may not log in here");
    new LoginRoles(SERVER.project()).dropExpired();
    assertThat(exists("cli_login_mine")).isFalse();
  }

  @Test
  void revokingATokenEndsTheTemporaryRoles() throws SQLException {
    var tokens = new AccessTokens(SERVER.project());
    var token = tokens.create("ends", Instant.now().plus(LONG));
    var role = new LoginRoles(SERVER.project()).create(Rights.OWNER, LONG);
    try (var open = connect(role)) {
      assertThat(tokens.revoke(token.token().id())).isTrue();
      assertThatThrownBy(() -> value(open, "select 1")).isInstanceOf(SQLException.class);
    }
    assertThat(exists(role.name())).isFalse();
  }

  private static boolean exists(String role) {
    try (var connection = connect("postgres", owner(), "sslmode=require")) {
      return value(connection, "select count(*) from pg_roles where rolname = '" + role + "'")
          .equals("1");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aReadOnlyRoleWritesNothing() throws SQLException {
    var role = new LoginRoles(SERVER.project()).create(Rights.READ_ONLY, LONG);
    try (var connection = connect(role)) {
      var statement = connection.createStatement();
      assertThatThrownBy(() -> statement.execute("set session role postgres"))
          .hasMessageContaining("permission denied");
      statement.execute("set session role supabase_read_only_user");
      assertThatThrownBy(() -> statement.execute("create table public.written (a int)"))
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void whoSaysNothingOrNonsenseIsSentAway() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
      socket.setSoTimeout(15_000);
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertThat(socket.getInputStream().read()).isNegative();
    }
  }

  @Test
  void oneAddressDoesNotTakeAllConnections() throws IOException {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 48; i++) {
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), PORT));
      }
      var last = sockets.getLast();
      last.setSoTimeout(5_000);
      assertThat(last.getInputStream().read()).isEqualTo('E');
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }
}
