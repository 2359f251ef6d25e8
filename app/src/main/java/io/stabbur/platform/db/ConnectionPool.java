package io.stabbur.platform.db;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.trace.Traces;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of one login: at most so many, each lent to one thread at a time.
///
/// [FairShare] decides who is served next: callers and organisations take turns, and the requests
/// of one caller are served in the order of arrival. Of the idle connections the one used last is
/// lent first: under little load few backends do all the work, with warm caches, and the others
/// grow old and are closed.
final class ConnectionPool implements AutoCloseable {
  /// A connection unused for longer than this is tried before it is lent.
  static final Duration TRUSTED = Duration.ofSeconds(10);

  private static final Duration SPARE = Duration.ofMinutes(10);
  private static final Duration LIFETIME = Duration.ofMinutes(30);
  private static final Duration SWEEP = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);

  private final Connector connector;
  private final Duration patience;
  private final FairShare slots;
  private final ConcurrentLinkedDeque<Lease> idle = new ConcurrentLinkedDeque<>();
  private final Set<Lease> lent = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder leases = new LongAdder();
  private final LongAdder waited = new LongAdder();
  private final Thread sweeper;
  private volatile long lastLoss = System.nanoTime();
  private volatile long renewed = System.nanoTime();
  private volatile boolean closed;

  ConnectionPool(Login login, Connector connector) {
    this.connector = connector;
    this.patience = login.patience();
    this.slots = new FairShare(login.terms());
    this.sweeper = Thread.ofVirtual().name("sweep " + login.user()).start(this::sweep);
  }

  /// A connection that works as far as one can know; waits its turn, and no longer than the login's
  /// patience.
  Lease lease(Share share) {
    var slot = turn(share);
    try {
      if (closed) {
        throw new ApiException(new Failure.Unavailable("The database is no longer in use"));
      }
      for (var lease = idle.pollFirst(); lease != null; lease = idle.pollFirst()) {
        if (!lease.isOutdated() && lease.works()) {
          return lease.in(slot);
        }
        lease.end();
      }
      return new Lease(connector.connect()).in(slot);
    } catch (RuntimeException | Error e) {
      slot.close();
      throw e;
    }
  }

  private FairShare.Permit turn(Share share) {
    long asked = System.nanoTime();
    try (var _ = Traces.section("pool wait")) {
      var slot = slots.acquire(share, 1, patience);
      leases.increment();
      waited.add(System.nanoTime() - asked);
      return slot;
    }
  }

  PoolState state() {
    return new PoolState(
        slots.capacity(), open.get(), idle.size(), slots.waiting(), slots.timeouts());
  }

  PoolWaits waits() {
    return new PoolWaits(leases.sum(), waited.sum());
  }

  /// Discards the connections opened before: the idle ones now, lent ones when they come back.
  void discardOlder() {
    renewed = System.nanoTime();
    endIdle(Lease::isOutdated);
  }

  /// Breaks the connections that are lent: who waits for an answer on one is told that it was lost.
  void abort() {
    discardOlder();
    lent.forEach(Lease::abort);
  }

  /// Ends the idle connections now and each lent one when it comes back.
  @Override
  public void close() {
    closed = true;
    sweeper.interrupt();
    endIdle(_ -> true);
  }

  private void sweep() {
    try {
      while (!closed) {
        Thread.sleep(SWEEP);
        endSpare();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A failure must not end the thread: spare connections would stay open for ever.
  private void endSpare() {
    try {
      endIdle(lease -> lease.unusedFor(SPARE));
    } catch (RuntimeException e) {
      LOG.warn("Spare database connections could not be closed", e);
    }
  }

  private void endIdle(Predicate<Lease> which) {
    for (Iterator<Lease> each = idle.descendingIterator(); each.hasNext(); ) {
      var lease = each.next();
      // whoever removes it owns it: a borrower may have been faster
      if (which.test(lease) && idle.removeLastOccurrence(lease)) {
        lease.end();
      }
    }
  }

  /// A connection and the right to use it until [#close()], which hands it to the next in line.
  final class Lease implements AutoCloseable {
    private final Connection connection;
    private final long opened = System.nanoTime();
    private long used = opened;
    private boolean broken;
    private FairShare.@Nullable Permit slot;

    private Lease(Connection connection) {
      this.connection = connection;
      open.incrementAndGet();
    }

    private Lease in(FairShare.Permit taken) {
      slot = taken;
      lent.add(this);
      return this;
    }

    Connection connection() {
      return connection;
    }

    /// Ends a transaction that failed, and what it has left where it did so after its commit. A
    /// connection that cannot even do that is lost, and the pool tests each one that was last used
    /// earlier before it lends it.
    void rollback() {
      try (var rollback = connection.createStatement()) {
        rollback.execute("rollback" + connector.reset().sql());
      } catch (SQLException e) {
        broken = true;
        lastLoss = System.nanoTime();
        LOG.warn("A database connection was lost (SQLSTATE {})", e.getSQLState());
      }
    }

    @Override
    public void close() {
      var taken = slot;
      slot = null;
      lent.remove(this);
      used = System.nanoTime();
      commitByItself();
      if (broken || closed || isOutdated() || used - opened > LIFETIME.toNanos()) {
        end();
      } else {
        idle.addFirst(this);
        if (closed) {
          endIdle(_ -> true);
        }
      }
      if (taken != null) {
        taken.close();
      }
    }

    /// As every user expects it, whatever the last one needed.
    private void commitByItself() {
      try {
        connection.setAutoCommit(true);
      } catch (SQLException e) {
        broken = true;
      }
    }

    private boolean isOutdated() {
      return opened - renewed < 0;
    }

    private boolean works() {
      if (used - lastLoss > 0 && !unusedFor(TRUSTED)) {
        return true;
      }
      try {
        return connection.isValid(Math.clamp(patience.toSeconds(), 1, 5));
      } catch (SQLException e) {
        return false;
      }
    }

    private boolean unusedFor(Duration time) {
      return System.nanoTime() - used > time.toNanos();
    }

    private void abort() {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("A database connection could not be broken", e);
      }
    }

    private void end() {
      open.decrementAndGet();
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.debug("A database connection could not be closed in order", e);
      }
    }
  }
}
