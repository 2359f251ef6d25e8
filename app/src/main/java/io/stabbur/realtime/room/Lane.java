package io.stabbur.realtime.room;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// One event loop: everything about a socket and its channels happens on the loop of the socket.
/// What several messages write to one socket is flushed once.
public final class Lane implements Executor {
  private final EventExecutor loop;
  private List<Runnable> dirty = new ArrayList<>();

  Lane(EventExecutor loop) {
    this.loop = loop;
  }

  /// Runs the task after those that were given before.
  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  /// Runs the task now if this is the lane's thread, else after those that were given before.
  public void run(Runnable task) {
    if (isCurrent()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /// Runs the task after a delay; it holds no thread meanwhile.
  public void schedule(Duration delay, Runnable task) {
    var _ = loop.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  public boolean isCurrent() {
    return loop.inEventLoop();
  }

  /// Runs `flush` once the tasks given so far are done. Only on the lane's thread, and only once
  /// until it ran.
  public void flushLater(Runnable flush) {
    if (dirty.isEmpty()) {
      loop.execute(this::flush);
    }
    dirty.add(flush);
  }

  private void flush() {
    var due = dirty;
    dirty = new ArrayList<>();
    due.forEach(Runnable::run);
  }
}
