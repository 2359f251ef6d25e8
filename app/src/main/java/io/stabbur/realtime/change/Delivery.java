package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.Relation;
import io.stabbur.realtime.change.ChangeQueue.Item;
import java.util.concurrent.TimeUnit;

/// A part of a project's channels, with a queue of changes and a thread of their own. Its changes
/// wait until it has a turn, and are asked about together then; they are handed over while others
/// have theirs.
final class Delivery implements AutoCloseable {
  /// From so many channels on, policies are asked no more often than once in [#INTERVAL].
  private static final int MANY = 32;

  /// Each time costs Postgres about as much for each subscriber, whether of one change or of many
  /// that are alike: the pause leaves processors to requests.
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(80);

  private final ChangeQueue queue = new ChangeQueue();
  private final Routes routes;
  private final Distributor distributor;
  private final Turns turns;
  private final Thread thread;

  /// @param turns at the database, of all deliveries of a feed
  Delivery(String name, Routes routes, Distributor distributor, Turns turns) {
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
        if (!(queue.await() instanceof Item.Row first)) {
          // tasks ask nobody anything, so they need no turn
          distributor.ask(queue.take()).run();
          continue;
        }
        long ready = first.arrived();
        if (routes.channels().size() >= MANY && began + INTERVAL - ready > 0) {
          ready = began + INTERVAL;
          TimeUnit.NANOSECONDS.sleep(ready - System.nanoTime());
        }
        Runnable delivery;
        turns.take(ready);
        try {
          began = System.nanoTime();
          delivery = distributor.ask(queue.take());
        } finally {
          turns.end();
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
