package io.stabbur.functions.supervise;

import java.util.concurrent.atomic.AtomicBoolean;

/// A place for one request in a process, to be given back once.
public final class Seat implements AutoCloseable {
  private final Pool pool;
  private final Worker worker;
  private final AtomicBoolean isGiven = new AtomicBoolean();

  Seat(Pool pool, Worker worker) {
    this.pool = pool;
    this.worker = worker;
  }

  public Worker worker() {
    return worker;
  }

  /// Takes the process out of the routing, and ends it if this request keeps its event loop and no
  /// other is under way in it; whether it did.
  public boolean endIfAloneAndBusy() {
    pool.retire(worker);
    return worker.endIfAloneAndBusy();
  }

  @Override
  public void close() {
    if (isGiven.compareAndSet(false, true)) {
      pool.leave(worker);
    }
  }

  /// Takes the process out of the routing: it ends when its requests have.
  public void retire() {
    pool.retire(worker);
  }
}
