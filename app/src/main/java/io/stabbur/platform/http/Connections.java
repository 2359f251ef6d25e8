package io.stabbur.platform.http;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All connections of clients, and who may open one more. At a limit, of an address or of all, a
/// new connection takes the place of one that is of no use to anybody: half a request, or none for
/// a while. Only where all are busy is the new one refused; beyond the limit of all a few more are
/// admitted for health checks and operators.
@Singleton
final class Connections {
  private static final long WARNED_EVERY = 60_000_000_000L;
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private final ConnectionLimits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Crowd all = new Crowd();
  private final Map<String, Crowd> byAddress = new HashMap<>();
  private long warned = System.nanoTime() - WARNED_EVERY;

  Connections(ConnectionSettings settings, ProxySettings proxies) {
    this.limits = ConnectionLimits.of(settings, proxies);
    LOG.info(
        "at most {} connections of clients, {} of one address",
        limits.most(),
        limits.perAddress() == Integer.MAX_VALUE ? "any number" : limits.perAddress());
  }

  /// How a connection is admitted.
  private enum Admission {
    FULL,
    /// For health checks and operators alone.
    RESERVED,
    REFUSED
  }

  /// Whether the connection is admitted; one in the reserve is told so.
  boolean admit(Connection connection) {
    Admission admission;
    @Nullable Connection replaced = null;
    lock.lock();
    try {
      var address = byAddress.get(connection.network());
      boolean full = address != null && address.size() >= limits.perAddress();
      if (address != null && full) {
        replaced = address.replaceable();
      } else if (all.size() >= limits.most()) {
        replaced = all.replaceable();
      }
      admission = admission(full, replaced);
      if (replaced != null) {
        forget(replaced);
      }
      if (admission != Admission.REFUSED) {
        all.add(connection);
        byAddress.computeIfAbsent(connection.network(), _ -> new Crowd()).add(connection);
      }
      if (replaced != null || admission != Admission.FULL) {
        warn(connection, admission);
      }
    } finally {
      lock.unlock();
    }
    if (replaced != null) {
      replaced.replace();
    }
    if (admission == Admission.RESERVED) {
      connection.reserve();
    }
    return admission != Admission.REFUSED;
  }

  private Admission admission(boolean addressIsFull, @Nullable Connection replaced) {
    if (replaced != null || (!addressIsFull && all.size() < limits.most())) {
      return Admission.FULL;
    }
    return !addressIsFull && all.size() < limits.most() + limits.reserve()
        ? Admission.RESERVED
        : Admission.REFUSED;
  }

  /// The connection has sent the head of a request.
  void proven(Connection connection) {
    lock.lock();
    try {
      all.proven(connection);
      var address = byAddress.get(connection.network());
      if (address != null) {
        address.proven(connection);
      }
    } finally {
      lock.unlock();
    }
  }

  void leave(Connection connection) {
    lock.lock();
    try {
      forget(connection);
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return all.size();
    } finally {
      lock.unlock();
    }
  }

  /// Connections that have not sent the head of a request yet.
  int unproven() {
    lock.lock();
    try {
      return all.unproven();
    } finally {
      lock.unlock();
    }
  }

  private void forget(Connection connection) {
    all.remove(connection);
    var address = byAddress.get(connection.network());
    if (address != null) {
      address.remove(connection);
      if (address.size() == 0) {
        byAddress.remove(connection.network());
      }
    }
  }

  private void warn(Connection connection, Admission admission) {
    long now = System.nanoTime();
    if (now - warned >= WARNED_EVERY) {
      warned = now;
      LOG.warn(
          "Too many connections ({} in all, the newest from {}): {}",
          all.size(),
          connection.network(),
          admission == Admission.FULL ? "unused ones are closed" : "new ones are refused");
    }
  }
}
