package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.Relation;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A part of a project's channels, with a queue of changes and a thread of their own. Its changes
/// wait until it has a turn, and are asked about together then; they are handed over while others
/// have theirs.
final class Delivery implements AutoCloseable {
  /// From so many channels on, policies are asked no more often than once in [#INTERVAL].
  private static final int MANY = 32;

  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(40);

  private final ChangeQueue queue = new ChangeQueue();
  private final Routes routes;
  private final Distributor distributor;
  private final Semaphore turns;
  private final Thread thread;

  /// @param turns as many deliveries as may ask the database at the same time
  Delivery(String name, Routes routes, Distributor distributor, Semaphore turns) {
    this.routes = routes;
    this.distributor = distributor;
    this.turns = turns;
    this.thread = Thread.ofVirtual().name("realtime-changes " + name).start(this::run);
  }

  Routes routes() {
    return routes;
  }

  /// From now on this is one of so many that share the room for changes.
  void share(int parts) {
    queue.share(parts);
  }

  boolean offer(Change change, long nanos) throws InterruptedException {
    return queue.offer(change, nanos);
  }

  /// Runs a task between changes.
  void inTurn(Runnable task) {
    queue.add(task);
  }

  boolean mayWant(Relation relation) {
    return routes.mayWant(relation);
  }

  /// Works until the thread is interrupted. No failure ends it.
  private void run() {
    long began = System.nanoTime() - INTERVAL;
    try {
      while (true) {
        if (queue.awaitChange() && routes.channels().size() >= MANY) {
          TimeUnit.NANOSECONDS.sleep(began + INTERVAL - System.nanoTime());
        }
        Runnable delivery;
        turns.acquire();
        try {
          began = System.nanoTime();
          delivery = distributor.ask(queue.take());
        } finally {
          turns.release();
        }
        delivery.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
