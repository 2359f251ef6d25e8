package io.stabbur.platform.db;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.share.Terms;
import java.time.Duration;

/// How one role logs in to one Postgres, and how many connections it may hold.
///
/// @param url JDBC address without user or password
/// @param patience longest wait for a free connection
/// @param part percentage of the connections that is guaranteed to each caller and organisation
/// @param queue most requests of one caller that wait for a connection
/// @param statementTimeout longest statement where neither the database nor its roles say one; zero
///   for no limit
/// @param isPooled whether a pooler in transaction mode is at the address: a transaction may run in
///   any session
public record Login(
    String url,
    String user,
    Secret password,
    int connections,
    Duration patience,
    int part,
    int queue,
    Duration statementTimeout,
    boolean isPooled) {
  private static final int THIRD = 33;
  private static final String UNPREPARED = "prepareThreshold=0";

  /// A login at Postgres itself.
  public Login(
      String url,
      String user,
      Secret password,
      int connections,
      Duration patience,
      int part,
      int queue,
      Duration statementTimeout) {
    this(url, user, password, connections, patience, part, queue, statementTimeout, false);
  }

  /// A login whose callers share by thirds.
  public Login(String url, String user, Secret password, int connections, Duration patience) {
    this(url, user, password, connections, patience, THIRD, Integer.MAX_VALUE, Duration.ZERO);
  }

  /// The same login with a limit for statements.
  public Login withStatementTimeout(Duration longest) {
    return new Login(url, user, password, connections, patience, part, queue, longest, isPooled);
  }

  /// The same login at another address, where Postgres itself is.
  public Login at(String other) {
    return at(other, false);
  }

  private Login at(String other, boolean pooled) {
    return new Login(
        other, user, password, connections, patience, part, queue, statementTimeout, pooled);
  }

  /// The same login, in whose sessions names are looked up in `pg_catalog` only, from the first
  /// statement on, and which reads no views or foreign tables but those of Postgres: for superusers
  /// of servers we run, since functions, operators and views elsewhere may be anybody's.
  public Login inCatalogOnly() {
    var parameter =
        "options=-c%20search_path%3Dpg_catalog"
            + "%20-c%20restrict_nonsystem_relation_kind%3Dview%2Cforeign-table";
    return at(url + (url.contains("?") ? "&" : "?") + parameter, isPooled);
  }

  /// The same login at a pooler in transaction mode, where each transaction may run in another
  /// session of the server: nothing is prepared under a name or set for a session.
  public Login pooled(String pooler) {
    return at(pooler + (pooler.contains("?") ? "&" : "?") + UNPREPARED, true);
  }

  Terms terms() {
    return new Terms(
        connections, connections * part / 100, queue, "No database connection became free in time");
  }
}
