package io.stabbur.operations.backup;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs long work that computes more than it waits: on a virtual thread it would keep a carrier
/// that requests need.
final class OwnThread {
  private OwnThread() {}

  /// Runs the work on a thread of its own and waits for it. An interrupt ends both.
  static <T> T run(String name, Callable<T> work) throws IOException {
    var task = new FutureTask<>(work);
    var thread = Thread.ofPlatform().name(name).daemon().start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
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
