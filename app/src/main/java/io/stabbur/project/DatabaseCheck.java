package io.stabbur.project;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Looks at a Postgres that is to become a project's: which right, extension or setting is missing,
/// and what works without it. Reads only.
public final class DatabaseCheck {
  private static final int OLDEST = 15;
  private static final int CONNECTIONS = 25;
  private static final Duration SKEW = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /// What the driver, this machine or a pooler says of a server that is away.
  private static final List<String> AWAY =
      List.of(
          "ConnectException",
          "NoRouteToHostException",
          "SocketTimeout",
          "EOFException",
          "Connection reset",
          "Broken pipe",
          "Temporary failure in name resolution",
          "targetServerType",
          "cannot connect to server",
          "server login");

  private static final String QUESTIONS = SqlFile.of(DatabaseCheck.class, "database-check");

  /// How much a finding matters.
  public enum Weight {
    /// As it should be.
    FINE,
    /// Something works less well, or not.
    LACKING,
    /// A project cannot be opened.
    MISSING
  }

  /// One thing that was looked at.
  ///
  /// @param words what it is; where something is lacking, what works without it and what to do
  public record Finding(Weight weight, String words) {}

  private final List<Finding> findings = new ArrayList<>();

  private DatabaseCheck() {}

  /// What is found at an address. The first finding says why where it cannot be reached.
  public static List<Finding> of(DatabaseUrl url) {
    var check = new DatabaseCheck();
    var login = url.login();
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "15");
    properties.setProperty("ApplicationName", "stabbur project check");
    try (var connection = DriverManager.getConnection(login.url(), properties)) {
      check.look(connection);
    } catch (SQLException e) {
      check.missing(unreachable(e));
    }
    return List.copyOf(check.findings);
  }

  /// Why a database could not be reached by a login; asks it once more.
  static StartFailure whyUnreachable(Login login, Throwable cause) {
    try (var _ = connect(login)) {
      return failure(login, "It can be reached now; start again.", true, cause);
    } catch (SQLException e) {
      return failure(login, unreachable(e), isAway(e), e);
    }
  }

  /// Refuses a database that is away, or takes connections and then says nothing: whoever asked it
  /// would wait for ever. Other reasons are left to whoever uses it.
  static void requireAnswer(Login login) {
    try (var _ = connect(login)) {
      return;
    } catch (SQLException e) {
      if (isAway(e) || rootMessage(e).contains("SocketTimeout")) {
        throw failure(login, unreachable(e), true, e);
      }
    }
  }

  /// Refuses a login whose password is not the role's, by the setting that has it: what goes on
  /// with it would answer nobody.
  static void requirePassword(Login login, String setting) {
    try (var _ = connect(login)) {
      return;
    } catch (SQLException e) {
      if ("28P01".equals(e.getSQLState())) {
        throw new StartFailure(
            "The database refuses the password of the role %s; set %s to the one that it has, or give it that one with `alter role %s password …`."
                .formatted(login.user(), setting, login.user()),
            e);
      }
    }
  }

  private static Connection connect(Login login) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    for (var limit : List.of("connectTimeout", "socketTimeout")) {
      properties.setProperty(limit, Long.toString(ANSWER.toSeconds()));
    }
    return DriverManager.getConnection(login.url(), properties);
  }

  private static StartFailure failure(Login login, String why, boolean isPassing, Throwable cause) {
    var sentence =
        "Project's database, as %s at %s: %s"
            .formatted(login.user(), login.url().replaceFirst("\\?.*", ""), why);
    return isPassing ? StartFailure.passing(sentence, cause) : new StartFailure(sentence, cause);
  }

  /// Whether it may be reached later though nobody changes anything here: the server is down,
  /// starting, full or does not answer. A wrong name, password or certificate stays wrong.
  public static boolean isAway(SQLException e) {
    var state = String.valueOf(e.getSQLState());
    if (state.startsWith("08")) {
      var cause = rootMessage(e);
      return AWAY.stream().anyMatch(cause::contains);
    }
    return state.startsWith("57P0") || state.startsWith("53");
  }

  /// Why a database cannot be used, by what the driver says.
  public static String unreachable(SQLException e) {
    var message = String.valueOf(e.getMessage());
    var cause = rootMessage(e);
    return switch (String.valueOf(e.getSQLState())) {
      case "28P01", "28000" ->
          message.contains("pg_hba.conf")
              ? "The database lets nobody in from this machine with this user and encryption; add a line to its pg_hba.conf, or set sslmode=require in the address."
              : "The database refuses the password of this user; correct it in the address or in admin-password.";
      case "3D000" -> "There is no database of this name; correct the end of the address.";
      case "53300", "53400" ->
          "The database has no connection left; raise max_connections or stop other clients.";
      case "57P03" -> "The database is just starting or stopping; try again in a moment.";
      case "08001", "08004", "08006" -> unreachable(message, cause);
      default ->
          "The database cannot be used (SQLSTATE %s); check the address."
              .formatted(e.getSQLState());
    };
  }

  private static String unreachable(String message, String cause) {
    if (cause.contains("UnknownHost")) {
      return "The host of the address is not known; check its name, or the name server of this machine.";
    }
    if (message.contains("refused")) {
      return "Nothing listens at this host and port; check both, and listen_addresses of the database.";
    }
    if (cause.contains("NotAfter") || cause.contains("CertificateExpired")) {
      return "The certificate of the database has expired; renew it there.";
    }
    if (cause.contains("CertPath")
        || cause.contains("PKIX")
        || cause.contains("unable to find valid certification path")) {
      return "The certificate of the database is signed by nobody who is trusted; name the authority's file with sslrootcert= in the address.";
    }
    if (message.contains("could not be verified") || message.contains("hostname")) {
      return "The certificate of the database is for another host name; use that name in the address, or sslmode=verify-ca.";
    }
    if (message.contains("does not support SSL")) {
      return "The database speaks no TLS; switch it on there, or set sslmode=disable in the address where the network is your own.";
    }
    if (message.contains("Could not open SSL root certificate file")) {
      return "The file of sslrootcert cannot be read; check its path in the address.";
    }
    if (message.contains("targetServerType") || message.contains("Could not find a server")) {
      return "None of the hosts is a primary that can be written to; check them, or target_session_attrs in the address.";
    }
    if (cause.contains("SocketTimeout") || message.contains("timed out")) {
      return "The host does not answer in time; check its name, port and the firewalls between.";
    }
    return "The database cannot be reached; check host and port of the address.";
  }

  private static String rootMessage(Throwable failure) {
    var text = new StringBuilder();
    for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
      text.append(at.getClass().getSimpleName()).append(' ').append(at.getMessage()).append(' ');
    }
    return text.toString();
  }

  private void look(Connection connection) throws SQLException {
    var before = Instant.now();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(QUESTIONS)) {
      if (row.next()) {
        judge(row, before);
      }
    }
  }

  private void judge(ResultSet row, Instant asked) throws SQLException {
    int version = row.getInt("version");
    judge(
        version >= OLDEST,
        Weight.MISSING,
        "Postgres " + version,
        "Postgres %d is too old; Stabbur needs 15 or later.".formatted(version));
    judge(
        row.getString("encoding").equals("UTF8"),
        Weight.MISSING,
        "the database is in UTF-8",
        "The database is in %s; make one with encoding UTF8.".formatted(row.getString("encoding")));
    judge(
        !row.getBoolean("read_only"),
        Weight.MISSING,
        "it can be written to",
        "The database is read-only, perhaps a standby; use the address of the primary, or several hosts with target_session_attrs=read-write.");
    rights(row);
    replication(row);
    extensions(row);
    var skew =
        Duration.between(asked, row.getObject("now", OffsetDateTime.class).toInstant()).abs();
    judge(
        skew.compareTo(SKEW) < 0,
        Weight.LACKING,
        "its clock agrees with this machine's",
        "The clocks of the database and of this machine differ by %d s, so tokens may count as not yet or no longer valid; let both follow a time server."
            .formatted(skew.toSeconds()));
    judge(
        row.getInt("free_connections") >= CONNECTIONS,
        Weight.LACKING,
        "%d connections are free".formatted(row.getInt("free_connections")),
        "Only %d connections are free, and each process of Stabbur opens up to %d; raise max_connections, or lower api-connections and admin-connections."
            .formatted(row.getInt("free_connections"), CONNECTIONS));
    judge(
        row.getBoolean("encrypted") || row.getBoolean("local"),
        Weight.LACKING,
        row.getBoolean("encrypted") ? "the connection is encrypted" : "the connection is local",
        "The connection is not encrypted, so passwords and rows can be read on the way; set sslmode=verify-full in the address.");
  }

  private void rights(ResultSet row) throws SQLException {
    var missing = row.getString("missing_roles");
    boolean isSuperuser = row.getBoolean("is_superuser");
    if (isSuperuser) {
      fine("the user is a superuser: schemas, roles and passwords are made by the first start");
      return;
    }
    judge(
        row.getBoolean("may_create"),
        Weight.MISSING,
        "the user may create schemas",
        "The user may not create schemas in this database; run: grant create on database to this user, as its owner.");
    judge(
        missing == null,
        Weight.MISSING,
        "the roles and schemas of a Supabase project are there",
        "These roles are missing, which only a superuser can make: %s; name one as admin-user for one start, with an empty database."
            .formatted(missing));
    judge(
        missing != null || row.getBoolean("may_become"),
        Weight.MISSING,
        "the user may act as anon, authenticated and service_role",
        "The user may not act as the roles of callers; run: grant anon, authenticated, service_role to this user.");
    judge(
        row.getBoolean("bypasses"),
        Weight.LACKING,
        "the user reads all rows",
        "The user is bound by row policies, so exports and counts may miss rows; run as a superuser: alter role … bypassrls.");
  }

  private void replication(ResultSet row) throws SQLException {
    judge(
        row.getString("wal_level").equals("logical"),
        Weight.LACKING,
        "changes of rows can be read (wal_level is logical)",
        "wal_level is %s: everything works but changes of rows in Realtime; set it to logical and restart the database."
            .formatted(row.getString("wal_level")));
    judge(
        row.getBoolean("may_replicate"),
        Weight.LACKING,
        "the user may read the replication stream",
        "The user may not read the replication stream: everything works but changes of rows in Realtime; run as a superuser: alter role … replication.");
    judge(
        row.getBoolean("has_statistics"),
        Weight.LACKING,
        "the user reads the statistics of all sessions",
        "The user does not see other sessions: metrics and alerts tell less; run: grant pg_read_all_stats to this user.");
  }

  private void extensions(ResultSet row) throws SQLException {
    var needed = row.getString("needed_extensions");
    judge(
        needed == null,
        Weight.MISSING,
        "the extensions that Stabbur needs are there",
        "These extensions cannot be made: %s; install the package postgresql-contrib of the database's system."
            .formatted(needed));
    var usual = row.getString("usual_extensions");
    judge(
        usual == null,
        Weight.LACKING,
        "the usual extensions of a hosted project are there",
        "These extensions are not installed: %s; all works but migrations that ask for them."
            .formatted(usual));
    judge(
        row.getBoolean("statements_loaded"),
        Weight.LACKING,
        "statements are counted (pg_stat_statements)",
        "pg_stat_statements is not in shared_preload_libraries: `stabbur statements` shows nothing; add it and restart the database.");
  }

  private void judge(boolean good, Weight otherwise, String fine, String words) {
    findings.add(good ? new Finding(Weight.FINE, fine) : new Finding(otherwise, words));
  }

  private void fine(String words) {
    findings.add(new Finding(Weight.FINE, words));
  }

  private void missing(String words) {
    findings.add(new Finding(Weight.MISSING, words));
  }
}
