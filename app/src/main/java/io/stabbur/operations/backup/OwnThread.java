package io.stabbur.operations.backup;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// Runs long work that computes more than it waits: on a virtual thread it would keep a carrier
/// that requests need.
final class OwnThread {
  private OwnThread() {}

  /// Runs the work on a thread of its own and waits for its end, also where this thread is
  /// interrupted, which interrupts the work: what the caller holds for it is held as long as it
  /// runs.
  ///
  /// @throws InterruptedIOException when this thread was interrupted before the work was done
  static <T> T run(String name, Callable<T> work) throws IOException {
    var task = new FutureTask<>(work);
    var thread = Thread.ofPlatform().name(name).daemon().start(task);
    try {
      return outcome(task);
    } catch (InterruptedException e) {
      thread.interrupt();
      awaitEnd(task);
      Thread.currentThread().interrupt();
      if (task.state() == Future.State.SUCCESS) {
        return task.resultNow();
      }
      var interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /// Waits for the end of work, however it ends, and also where this thread is interrupted.
  static void awaitEnd(FutureTask<?> task) {
    boolean isInterrupted = false;
    while (!task.isDone()) {
      try {
        var _ = task.get();
      } catch (InterruptedException _) {
        isInterrupted = true;
      } catch (ExecutionException _) {
        // whoever asks for the outcome is told
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// What work has returned or thrown.
  static <T> T outcome(FutureTask<T> task) throws IOException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /// What the work threw.
  private static IOException failure(ExecutionException e) {
    return switch (e.getCause()) {
      case IOException io -> io;
      case RuntimeException unchecked -> throw unchecked;
      case null -> throw new IllegalStateException(e);
      default -> throw new IllegalStateException(e.getCause());
    };
  }
}
