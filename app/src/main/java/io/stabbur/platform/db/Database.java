package io.stabbur.platform.db;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.trace.Section;
import io.stabbur.platform.trace.Traces;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// One login to one Postgres: a bounded pool, and work on it that always runs as a named role.
///
/// Role, settings, query and commit travel as one message group, so an [#exchange] costs one round
/// trip. Everything set is local to the transaction, and [SessionReset] ends what functions leave
/// in the session, so nothing is left for the connection's next user.
public final class Database implements AutoCloseable {
  /// A statement behind another sees at least what that saw, whatever the database's default is.
  private static final String EACH_ITS_SNAPSHOT = " isolation level read committed";

  private final CommitPosition commits;
  private final WriteGate gate = new WriteGate();
  private volatile Server server;

  /// As of the last renewal of what is known of roles.
  private volatile boolean keptPlans = true;

  /// The server of this database and what is known of it.
  ///
  /// @param roles knows what the database sets for roles
  private record Server(
      Login login, Connector connector, Connector roles, Probe probe, ConnectionPool pool) {
    static Server of(Login login, Connector connector, @Nullable Connector roles) {
      return new Server(
          login,
          connector,
          roles == null ? connector : roles,
          new Probe(login),
          new ConnectionPool(login, connector));
    }

    void close() {
      pool.close();
      probe.close();
    }
  }

  private Database(
      Login login, Connector connector, @Nullable Connector roles, CommitPosition commits) {
    this.commits = commits;
    this.server = Server.of(login, connector, roles);
  }

  /// Opens a pool; connections are made when they are first needed.
  public static Database open(Login login) {
    return open(login, null);
  }

  /// Opens a pool whose commits are observed.
  public static Database open(Login login, @Nullable WriteObserver observer) {
    return new Database(login, new Connector(login), null, new CommitPosition(observer));
  }

  /// Opens a pool of a server that others stand in for: one that is away is not waited for.
  public static Database replaceable(Login login) {
    return replaceable(login, null);
  }

  /// Opens a pool of a standby that others stand in for. What counts for roles is what the primary
  /// sets, as its pool knows it: the standby may know it late.
  public static Database standby(Login login, Database primary) {
    return replaceable(login, primary.server.roles);
  }

  private static Database replaceable(Login login, @Nullable Connector roles) {
    return new Database(
        login, new Connector(login, Duration.ZERO), roles, new CommitPosition(null));
  }

  /// How this pool logs in, for tools that need a connection of their own.
  public Login login() {
    return server.login;
  }

  /// What the pool's connections do at this moment.
  public PoolState pool() {
    return server.pool.state();
  }

  /// How long connections of the pool were waited for so far.
  public PoolWaits poolWaits() {
    return server.pool.waits();
  }

  /// Runs one statement as the actor, in one transaction and one round trip. A read that meets a
  /// connection the server has ended is asked once more on another.
  public <T> T exchange(Actor actor, Access access, Statement statement, RowReader<T> reader) {
    return exchange(actor, access, Batch.of(statement), results -> results.read(reader));
  }

  /// Runs several statements as the actor, in one transaction and one round trip, with the same
  /// second chance.
  public <T> T exchange(Actor actor, Access access, Batch batch, Results.Reader<T> reader) {
    boolean again = access == Access.READ;
    pass(access);
    while (true) {
      try (var section = section(access);
          var lease = lease(actor.share())) {
        try {
          var result = exchange(lease.connection(), actor, access, batch, reader);
          noteRole(section, actor);
          return result;
        } catch (SQLException | RuntimeException | Error e) {
          fail(section, e);
          lease.rollback();
          if (again && e instanceof SQLException sql && SqlFailure.isLoss(sql)) {
            again = false;
            continue;
          }
          throw e;
        }
      } catch (SQLException e) {
        forgetStandby(access, e);
        throw SqlFailure.of(e);
      }
    }
  }

  /// Runs a read on a standby, in one round trip, if it has replayed its primary's log up to a
  /// position; else it is refused as [ReplayCheck] tells.
  public <T> T readReplayed(
      WalPosition atLeast, Actor actor, Batch batch, Results.Reader<T> reader) {
    try (var section = section(Access.READ);
        var lease = lease(actor.share())) {
      try {
        var check = ReplayCheck.of(atLeast);
        var result = readReplayed(lease.connection(), check, actor, batch, reader);
        noteRole(section, actor);
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        fail(section, e);
        lease.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw SqlFailure.of(e);
    }
  }

  private <T> T readReplayed(
      Connection connection, Statement check, Actor actor, Batch batch, Results.Reader<T> reader)
      throws SQLException {
    var first = new ArrayList<>(server.connector.afterBegin());
    first.add(check);
    var begin = Access.READ.begin() + EACH_ITS_SNAPSHOT;
    var opening = Opening.of(begin, first, actor, settings(actor));
    var end = server.connector.reset().ending(Access.READ, batch.ending());
    try (var prepared = connection.prepareStatement(text(opening, batch, end))) {
      bind(prepared, opening, batch);
      prepared.execute();
      return readAfter(opening, prepared, reader);
    }
  }

  /// A transaction and the wait for its connection, in a trace. Neither the text of statements nor
  /// a value goes there.
  private static Section section(Access access) {
    return Traces.section("database")
        .put("db.system.name", "postgresql")
        .put("db.operation.name", access == Access.READ ? "read" : "write");
  }

  /// Only once Postgres took the role: a token can name any.
  private static void noteRole(Section section, Actor actor) {
    var _ = section.put("stabbur.role", actor.role());
  }

  private static void fail(Section section, Throwable e) {
    section.fail(
        e instanceof SQLException sql && sql.getSQLState() != null
            ? sql.getSQLState()
            : e.getClass().getSimpleName());
  }

  /// Connections that lead to a standby are not kept: those that follow are looked up anew.
  private void forgetStandby(Access access, SQLException e) {
    if (access == Access.WRITE && SqlFailure.isStandby(e)) {
      server.pool.discardOlder();
    }
  }

  /// Runs statements of many actors, each read-only in a transaction of its own, many in one round
  /// trip. What fails fails alone: its outcome is the failure, the others are as if it had not been
  /// asked.
  ///
  /// @param share on whose behalf the connection is used
  public <T> List<Outcome<T>> readEach(Share share, List<Ask<T>> asks) {
    var outcomes = new ArrayList<Outcome<T>>(asks.size());
    for (var chunk : Ask.chunks(asks)) {
      outcomes.addAll(chunk.size() == 1 ? oneByOne(chunk) : together(share, chunk));
    }
    return outcomes;
  }

  private <T> List<Outcome<T>> together(Share share, List<Ask<T>> asks) {
    try (var lease = lease(share)) {
      try {
        return together(lease.connection(), asks);
      } catch (SQLException e) {
        lease.rollback();
      } catch (RuntimeException | Error e) {
        lease.rollback();
        throw e;
      }
    }
    // the first failure kept all after it from being answered
    return oneByOne(asks);
  }

  private <T> List<Outcome<T>> together(Connection connection, List<Ask<T>> asks)
      throws SQLException {
    var sql = new StringJoiner(";");
    var end = server.connector.reset().ending(Access.READ, Batch.Ending.COMMIT);
    var openings = asks.stream().map(ask -> opening(ask.actor(), Access.READ, null)).toList();
    for (int i = 0; i < asks.size(); i++) {
      sql.add(openings.get(i).sql()).add(asks.get(i).statement().sql()).add(end);
    }
    try (var prepared = connection.prepareStatement(sql.toString())) {
      int next = 1;
      for (int i = 0; i < asks.size(); i++) {
        next = Binding.bind(prepared, next, openings.get(i).values());
        next = Binding.bind(prepared, next, asks.get(i).statement().values());
      }
      prepared.execute();
      var outcomes = new ArrayList<Outcome<T>>(asks.size());
      var results = new Results(prepared);
      for (int i = 0; i < asks.size(); i++) {
        results.skip(openings.get(i).results());
        outcomes.add(new Outcome.Answered<>(results.read(asks.get(i).reader())));
        results.skip();
      }
      return outcomes;
    }
  }

  private <T> List<Outcome<T>> oneByOne(List<Ask<T>> asks) {
    var outcomes = new ArrayList<Outcome<T>>(asks.size());
    for (var ask : asks) {
      try {
        outcomes.add(
            new Outcome.Answered<>(
                exchange(ask.actor(), Access.READ, ask.statement(), ask.reader())));
      } catch (ApiException e) {
        outcomes.add(new Outcome.Failed<>(e));
      }
    }
    return outcomes;
  }

  /// Runs several statements as the actor in one transaction. It begins with the first of them; a
  /// body without any sends nothing, and no check of the actor is asked.
  public <T> T transaction(Actor actor, Access access, TransactionBody<T> body) {
    return transaction(actor, access, null, body);
  }

  /// The same at an isolation level, the database's default when absent.
  public <T> T transaction(
      Actor actor, Access access, Batch.@Nullable Isolation isolation, TransactionBody<T> body) {
    pass(access);
    try (var section = section(access);
        var lease = lease(actor.share())) {
      var transaction = new Transaction(lease.connection(), opening(actor, access, isolation));
      try {
        var result = body.run(transaction);
        transaction.commit(commits, server.connector.reset(), actor.share(), access);
        if (transaction.isSent()) {
          noteRole(section, actor);
        }
        return result;
      } catch (RuntimeException | Error e) {
        var failure = transaction.failure();
        fail(section, failure == null ? e : failure);
        if (transaction.isSent()) {
          lease.rollback();
        }
        if (failure != null) {
          forgetStandby(access, failure);
        }
        throw e;
      } finally {
        transaction.end();
      }
    }
  }

  /// Where writes wait while the database is moved.
  public WriteGate writes() {
    return gate;
  }

  /// Has everything from now on run on another server, which has the same content. What is under
  /// way ends where it began.
  public synchronized void moveTo(Login other) {
    var before = server;
    server = Server.of(other, new Connector(other), null);
    before.close();
  }

  private void pass(Access access) {
    if (access == Access.WRITE) {
      gate.pass();
    }
  }

  /// A connection to the server that counts when there is one.
  ConnectionPool.Lease lease(Share share) {
    while (true) {
      var asked = server;
      try {
        return asked.pool.lease(share);
      } catch (ApiException e) {
        if (asked.equals(server)) {
          throw e;
        }
      }
    }
  }

  /// Discards every connection opened before: each session that is used from now on began later.
  public void discardOlderConnections() {
    server.pool.discardOlder();
  }

  /// Breaks the connections that are in use: a server that hangs answers none of them.
  public void abort() {
    server.pool.abort();
  }

  /// Has what the database sets for roles count from now on, and that plans may not be kept; else
  /// that does so with the next new connection.
  public void renewRoleSettings() {
    try (var lease = lease(Share.APPLIANCE)) {
      try {
        server.connector.renew(lease.connection());
      } catch (SQLException e) {
        lease.rollback();
        throw SqlFailure.of(e);
      }
    }
    boolean keepsPlans = server.connector.keepsPlans();
    if (keptPlans && !keepsPlans) {
      // what was planned for one caller may be kept in these connections
      server.pool.discardOlder();
    }
    keptPlans = keepsPlans;
  }

  /// Whether plans of statements may be kept at this moment ([KeptPlans]); where they may not, each
  /// caller needs plans of its own. Asks the database, and has the answer count for the pool.
  public boolean mayKeepPlans() {
    renewRoleSettings();
    return server.connector.keepsPlans();
  }

  @Override
  public void close() {
    server.close();
  }

  private <T> T exchange(
      Connection connection, Actor actor, Access access, Batch batch, Results.Reader<T> reader)
      throws SQLException {
    var opening = opening(actor, access, batch.isolation());
    var ending = batch.ending();
    var reset = server.connector.reset();
    var end =
        reset.ending(access, ending)
            + commits.question(access, ending)
            + reset.after(access, ending);
    try (var prepared = connection.prepareStatement(text(opening, batch, end))) {
      bind(prepared, opening, batch);
      prepared.execute();
      var value = readAfter(opening, prepared, reader);
      commits.tell(prepared, actor.share(), access, ending);
      return value;
    }
  }

  private static String text(Opening opening, Batch batch, String end) {
    return opening.sql() + ';' + batch.sql() + ';' + end;
  }

  private static void bind(PreparedStatement prepared, Opening opening, Batch batch)
      throws SQLException {
    int next = Binding.bind(prepared, 1, opening.values());
    for (var statement : batch.statements()) {
      next = Binding.bind(prepared, next, statement.values());
    }
  }

  private Opening opening(Actor actor, Access access, Batch.@Nullable Isolation isolation) {
    var begin =
        isolation == null ? access.begin() : access.begin() + " isolation level " + isolation.sql();
    return Opening.of(begin, server.connector.afterBegin(), actor, settings(actor));
  }

  /// What the database sets for the role, and over it what the actor brings.
  public SequencedMap<String, String> settings(Actor actor) {
    var ofRole = server.roles.settings(actor.role());
    if (ofRole.isEmpty()) {
      return actor.settings();
    }
    var all = new LinkedHashMap<>(ofRole);
    all.putAll(actor.settings());
    return all;
  }

  private static <T> T readAfter(
      Opening opening, PreparedStatement prepared, Results.Reader<T> reader) throws SQLException {
    var results = new Results(prepared);
    results.skip(opening.results());
    return reader.read(results);
  }

  /// Whether the database answers, asked on a connection beside the pool's; known after two seconds
  /// at most.
  public boolean reachable() {
    return server.probe.answers();
  }
}
