package io.stabbur.platform.db;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SequencedMap;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.util.PGobject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the connections of one login, keeps what they carry out of the server's log, and learns
/// with each what the database has set for the roles that may be assumed: assuming a role does not
/// apply it, and a role's statement timeout must hold.
final class Connector {
  /// How long a server that is on its way back is waited for.
  private static final Duration RECONNECT_WAIT = Duration.ofSeconds(2);

  private static final Duration RETRY = Duration.ofMillis(50);

  /// The same in every Postgres.
  private static final int UNKNOWN = 705;

  private static final String ROLE_SETTINGS = SqlFile.of(Connector.class, "role-settings");
  private static final String QUIET = SqlFile.of(Connector.class, "quiet");
  private static final String QUIET_CALLS = SqlFile.of(Connector.class, "quiet-calls");
  private static final String NAME_CALL =
      "select pg_catalog.format('pg_catalog.set_config(''application_name'',%L,false),',"
          + " pg_catalog.current_setting('application_name'))";
  private static final String POOLED_CALLS = SqlFile.of(Connector.class, "pooled-calls");
  private static final String STATEMENT_TIMEOUT =
      "select pg_catalog.set_config('statement_timeout', ?, false)"
          + " where pg_catalog.current_setting('statement_timeout') = '0'";
  private static final SequencedMap<String, String> NONE = new LinkedHashMap<>();
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

  private final Login login;
  private final Duration comeback;
  private volatile Map<String, SequencedMap<String, String>> roles = Map.of();
  private volatile SequencedMap<String, String> always = NONE;
  private volatile List<Statement> afterBegin = List.of();
  private volatile SessionReset reset = SessionReset.NONE;

  /// Sets what the driver sets: the application's name may stand in the address.
  private volatile String driverCalls = "";

  private volatile boolean keepsPlans = true;
  private final Outage outage = new Outage();

  Connector(Login login) {
    this(login, RECONNECT_WAIT);
  }

  /// @param comeback how long a server that is away is waited for
  Connector(Login login, Duration comeback) {
    this.login = login;
    this.comeback = comeback;
  }

  /// What the database sets for a role, as of the newest connection or the last renewal.
  SequencedMap<String, String> settings(String role) {
    return roles.getOrDefault(role, always);
  }

  /// The statements after `begin`, before any value and before a role is assumed: one that keeps
  /// what follows in the transaction out of the server's log, where no session can be told and the
  /// login may, and one that drops the plans that functions keep, where plans may not be kept.
  List<Statement> afterBegin() {
    return afterBegin;
  }

  /// Whether plans of statements are kept ([KeptPlans]), as of the newest connection or the last
  /// renewal. Where they are not, the driver has each statement planned when it runs.
  boolean keepsPlans() {
    return keepsPlans;
  }

  /// Reads anew what the database sets for roles, and whether plans may be kept; the latter counts
  /// for this connection and later ones.
  void renew(Connection connection) throws SQLException {
    keepsPlans = KeptPlans.mayKeep(connection);
    var first = new ArrayList<String>();
    if (!keepsPlans) {
      connection.unwrap(PGConnection.class).setPrepareThreshold(0);
      first.add("discard plans");
    }
    var read = readRoles(connection);
    if (login.isPooled()) {
      var quiet = quiet(connection, true);
      first.add(quiet.isEmpty() ? "" : "select " + quiet);
      always = limit(connection);
      read.values().forEach(ofRole -> always.forEach(ofRole::putIfAbsent));
    }
    first.removeIf(String::isEmpty);
    afterBegin = first.stream().map(Statement::of).toList();
    reset = SessionReset.of(ofSession(connection));
    roles = read;
  }

  /// How sessions are reset for their next user, as of the newest connection or the last renewal.
  SessionReset reset() {
    return reset;
  }

  /// The calls that set again what this class or the driver set for a session.
  private String ofSession(Connection connection) throws SQLException {
    var calls = driverCalls;
    if (login.isPooled()) {
      return calls;
    }
    if (!login.statementTimeout().isZero()) {
      calls +=
          "case when pg_catalog.current_setting('statement_timeout')='0' then"
              + " pg_catalog.set_config('statement_timeout','"
              + login.statementTimeout().toMillis()
              + "ms',false) end,";
    }
    var quiet = quiet(connection, false);
    return quiet.isEmpty() ? calls : calls + quiet + ',';
  }

  private static String text(Connection connection, String question) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(question)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  private static String quiet(Connection connection, boolean isLocal) throws SQLException {
    try (var statement = connection.prepareStatement(QUIET_CALLS)) {
      statement.setString(1, Boolean.toString(isLocal));
      try (var rows = statement.executeQuery()) {
        var calls = rows.next() ? rows.getString(1) : null;
        return calls == null ? "" : calls;
      }
    }
  }

  /// What each transaction sets where no session can.
  private SequencedMap<String, String> limit(Connection connection) throws SQLException {
    var limit = new LinkedHashMap<String, String>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select pg_catalog.current_setting('statement_timeout') = '0'")) {
      if (rows.next() && rows.getBoolean(1) && !login.statementTimeout().isZero()) {
        limit.put("statement_timeout", login.statementTimeout().toMillis() + "ms");
      }
    }
    return limit;
  }

  /// A new connection. Who finds the server gone waits a little for its return; where that was in
  /// vain, the others are told soon until it is back: one of them tries at a time, and who comes
  /// before or while he does is told what he found.
  Connection connect() {
    long limit = System.nanoTime() + (outage.isDown() ? 0 : comeback.toNanos());
    long known = outage.failures();
    while (true) {
      try (var attempt = outage.attempt()) {
        if (attempt != null) {
          var connection = ready(DriverManager.getConnection(login.url(), properties()));
          outage.ended();
          return connection;
        }
      } catch (SQLException e) {
        failed(e, System.nanoTime() > limit);
      }
      boolean isLate = !outage.isDown() && System.nanoTime() > limit;
      if (isLate && outage.giveUp()) {
        LOG.warn("The database cannot be reached as {}", login.user());
      }
      if (isLate || !(outage.isDown() ? outage.awaitReturn(known) : pause())) {
        throw unreachable();
      }
    }
  }

  /// Notes that an attempt failed, and gives up where nothing is to be waited for.
  private void failed(SQLException e, boolean isLate) {
    boolean isLoss = SqlFailure.isLoss(e);
    // an interrupted attempt says nothing about the server
    if (isLoss && !Thread.currentThread().isInterrupted()) {
      outage.failed();
    }
    if (!isLoss || isLate) {
      if (outage.giveUp()) {
        LOG.warn(
            "The database cannot be reached as {} (SQLSTATE {})", login.user(), e.getSQLState());
      }
      throw unreachable();
    }
  }

  private static ApiException unreachable() {
    return new ApiException(new Failure.Unavailable("The database cannot be reached"));
  }

  private Connection ready(Connection connection) throws SQLException {
    try {
      nameUnknown(connection);
      driverCalls = text(connection, login.isPooled() ? POOLED_CALLS : NAME_CALL);
      if (!login.isPooled()) {
        keepOutOfTheLog(connection);
        limitStatements(connection);
      }
      renew(connection);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /// Tells the driver Postgres' number of the type `unknown`, which it would ask for when it first
  /// binds a value of it.
  private static void nameUnknown(Connection connection) throws SQLException {
    connection
        .unwrap(BaseConnection.class)
        .getTypeInfo()
        .addCoreType("unknown", UNKNOWN, Types.OTHER, PGobject.class.getName(), Oid.UNSPECIFIED);
  }

  private static void keepOutOfTheLog(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(QUIET);
    }
  }

  /// A limit that the database or the login's role sets wins; that of the role a transaction
  /// assumes wins over both.
  private void limitStatements(Connection connection) throws SQLException {
    if (login.statementTimeout().isZero()) {
      return;
    }
    try (var statement = connection.prepareStatement(STATEMENT_TIMEOUT)) {
      statement.setString(1, login.statementTimeout().toMillis() + "ms");
      statement.execute();
    }
  }

  private static Map<String, SequencedMap<String, String>> readRoles(Connection connection)
      throws SQLException {
    var found = new LinkedHashMap<String, SequencedMap<String, String>>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(ROLE_SETTINGS)) {
      while (rows.next()) {
        found
            .computeIfAbsent(rows.getString(1), _ -> new LinkedHashMap<>())
            .put(rows.getString(2), rows.getString(3));
      }
    }
    return found;
  }

  private Properties properties() {
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("ApplicationName", "stabbur");
    properties.setProperty("prepareThreshold", "1");
    properties.setProperty("tcpKeepAlive", "true");
    return properties;
  }

  private static boolean pause() {
    try {
      Thread.sleep(RETRY);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
