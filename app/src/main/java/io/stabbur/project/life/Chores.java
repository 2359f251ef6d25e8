package io.stabbur.project.life;

import io.stabbur.platform.db.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The background work of one project. Each chore has a virtual thread of its own: work that hangs,
/// on a Postgres that does not answer for example, delays no other chore and no other project.
///
/// No failure ends a chore. It is logged, told to the listeners, and the run is retried after one
/// second, doubling with each failure in a row up to half a minute, or up to the chore's period if
/// that is longer (at most 15 minutes). A wake cuts the wait short.
public final class Chores implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final String project;
  private final Database database;
  private final List<ChoreListener> listeners;
  private final List<ChoreLoop> loops = new ArrayList<>();
  private boolean closed;

  /// A started chore.
  public interface Handle extends AutoCloseable {
    /// Asks for a run soon; several wakes may be answered by one run. Never blocks.
    void wake();

    /// Interrupts a run under way and waits up to five seconds for its end.
    @Override
    void close();
  }

  /// No chores yet.
  ///
  /// @param project name for metrics and log lines
  /// @param database where chores of one process at a time take their locks
  public Chores(String project, Database database, List<ChoreListener> listeners) {
    this.project = project;
    this.database = database;
    this.listeners = List.copyOf(listeners);
  }

  /// Starts a chore on a thread of its own. It ends with the handle or with the project.
  public synchronized Handle start(Chore chore) {
    if (closed) {
      throw new IllegalStateException("project " + project + " is closed");
    }
    var loop = new ChoreLoop(project, chore, new ChoreLock(database), listeners);
    loops.add(loop);
    loop.start();
    return loop;
  }

  /// Ends all chores: interrupts all of them, then waits up to five seconds for the last to end.
  @Override
  public synchronized void close() {
    closed = true;
    loops.forEach(ChoreLoop::stop);
    long limit = System.nanoTime() + STOP_LIMIT.toNanos();
    loops.forEach(loop -> loop.awaitEnd(Duration.ofNanos(limit - System.nanoTime())));
    loops.clear();
  }
}
