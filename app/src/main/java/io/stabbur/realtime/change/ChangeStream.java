package io.stabbur.realtime.change;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.LogicalStream;
import io.stabbur.platform.db.LogicalStream.StreamFailure;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.pgoutput.Message;
import io.stabbur.platform.pgoutput.PgOutput;
import io.stabbur.platform.pgoutput.Relation;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.realtime.change.StreamState.Failed;
import io.stabbur.realtime.change.StreamState.Starting;
import io.stabbur.realtime.change.StreamState.Stopped;
import io.stabbur.realtime.change.StreamState.Streaming;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The replication stream of one project: begun when somebody listens, ended when nobody does for a
/// while, begun again after every failure. Its thread reads and decodes; what it reads waits in the
/// queue, and a queue that is full makes Postgres wait.
final class ChangeStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeStream.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Statement RETAINED =
      Statement.of(
          """
          select coalesce(pg_catalog.pg_wal_lsn_diff(
            pg_catalog.pg_current_wal_lsn(), restart_lsn), 0)::int8
          from pg_catalog.pg_replication_slots where slot_name = ?
          """);

  private final Project project;
  private final Listeners listeners;
  private final Taker taker;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition asked = lock.newCondition();
  private final Thread thread;
  private volatile StreamState state = new Stopped();
  private volatile CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile @Nullable LogicalStream open;
  private volatile String slot = "";
  private volatile boolean closed;
  private boolean wanted;

  /// The failure that was logged last: the same again says nothing new.
  private @Nullable Failed logged;

  /// What the stream needs to know of those who listen, and tells them.
  interface Listeners {
    /// Whether changes of a table are of interest.
    boolean wants(Relation relation);

    /// Those of the publications that exist, sorted.
    List<String> publications();

    /// The stream has begun; channels that could not be served before are now.
    void recovered();

    /// The stream was interrupted; what is changed until it has begun again is missed.
    void interrupted(Failed failure);
  }

  /// Where changes go.
  interface Taker {
    /// Takes a change if there is room within a second; else the same is offered again.
    boolean offer(Message.Change change) throws InterruptedException;
  }

  ChangeStream(Project project, Listeners listeners, Taker taker) {
    this.project = project;
    this.listeners = listeners;
    this.taker = taker;
    this.thread = Thread.ofVirtual().name("realtime-stream " + project.name()).start(this::run);
  }

  StreamState state() {
    return state;
  }

  /// Asks for the stream. Completes when it carries changes, or when an attempt has failed; the
  /// attempts go on.
  CompletableFuture<Void> want() {
    lock.lock();
    try {
      wanted = true;
      asked.signal();
      return ready;
    } finally {
      lock.unlock();
    }
  }

  /// Ends the stream until somebody asks again.
  void stop() {
    lock.lock();
    try {
      wanted = false;
    } finally {
      lock.unlock();
    }
    restart();
  }

  /// Ends the connection; a stream that is wanted begins anew.
  void restart() {
    var stream = open;
    if (stream != null) {
      stream.close();
    }
  }

  /// Bytes of the write-ahead log that Postgres keeps for the stream; 0 without one.
  long retained() {
    return project
        .admin()
        .transaction(
            Actor.of(project.admin().login().user()),
            Access.READ,
            tx -> tx.first(new Statement(RETAINED.sql(), List.of(slot)), row -> row.getLong(1)))
        .orElse(0L);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    restart();
  }

  private void run() {
    var pause = FIRST_PAUSE;
    while (!closed) {
      try {
        awaitWanted();
        if (!(state instanceof Failed)) {
          // what failed stays so, for channels and the operator, until an attempt succeeds
          state = new Starting();
        }
        read();
      } catch (InterruptedException _) {
        return;
      } catch (StreamFailure | RuntimeException | Error e) {
        if (closed) {
          return;
        }
        boolean worked = state instanceof Streaming;
        pause = worked ? FIRST_PAUSE : longer(pause);
        if (isWanted()) {
          fail(e, worked);
          rest(pause);
        } else {
          finish();
        }
      }
    }
  }

  private static Duration longer(Duration pause) {
    var twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  private void awaitWanted() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!wanted) {
        state = new Stopped();
        asked.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isWanted() {
    lock.lock();
    try {
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  private void read() throws StreamFailure, InterruptedException {
    var publications = listeners.publications();
    if (publications.isEmpty()) {
      throw new MissingPublication();
    }
    slot = "stabbur_realtime_" + HexFormat.of().formatHex(Crypto.random(8));
    try (var stream = LogicalStream.open(project.admin().login(), slot, publications)) {
      open = stream;
      begin(publications);
      var decoder = new PgOutput(listeners::wants);
      while (!closed && isWanted()) {
        pass(decoder.read(stream.next()), stream);
      }
      finish();
    } finally {
      open = null;
    }
  }

  /// No publication can be read.
  static final class MissingPublication extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void begin(List<String> publications) {
    state = new Streaming(publications);
    ready.complete(null);
    logged = null;
    LOG.info(
        "The stream of changes has begun. project={} publications={}",
        project.name(),
        publications);
    listeners.recovered();
  }

  private void pass(Message message, LogicalStream stream)
      throws InterruptedException, StreamFailure {
    switch (message) {
      case Message.Change change -> {
        while (!taker.offer(change)) {
          stream.report();
        }
      }
      case Message.Commit _ -> stream.confirm();
      case Message.Begin _, Message.Described _, Message.Truncated _, Message.Other _ -> {}
    }
  }

  private void finish() {
    lock.lock();
    try {
      state = new Stopped();
      ready.complete(null);
      ready = new CompletableFuture<>();
    } finally {
      lock.unlock();
    }
    LOG.info("The stream of changes has ended: nobody listens. project={}", project.name());
  }

  private void fail(Throwable cause, boolean worked) {
    var failure = Failed.of(cause);
    state = failure;
    var waiting = ready;
    ready = new CompletableFuture<>();
    waiting.complete(null);
    if (worked || !failure.equals(logged)) {
      logged = failure;
      LOG.warn(
          "The stream of changes cannot be read. project={} SQLSTATE={}: {}",
          project.name(),
          failure.sqlState(),
          failure.advice());
    }
    if (!(cause instanceof StreamFailure
        || cause instanceof MissingPublication
        || cause instanceof ApiException)) {
      LOG.error("The stream of changes failed", cause);
    }
    if (worked) {
      listeners.interrupted(failure);
    }
  }

  private static void rest(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
