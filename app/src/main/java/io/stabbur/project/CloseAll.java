package io.stabbur.project;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Closes several parts in turn. One that throws or hangs keeps no other from being closed.
final class CloseAll {
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

  private @Nullable RuntimeException failure;

  /// @param what for the message of a failure, such as `api pool of project default`
  /// @param limit after which the closing thread is interrupted and left behind
  void close(String what, Duration limit, AutoCloseable part) {
    var closing = new Closing(part);
    var thread = Thread.ofVirtual().name("closing " + what).start(closing);
    try {
      if (!thread.join(limit)) {
        thread.interrupt();
        thread.join(AFTER_INTERRUPT);
        add(new IllegalStateException(what + " did not close in time", closing.failure));
      } else if (closing.failure != null) {
        add(new IllegalStateException(what + " could not be closed", closing.failure));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      add(new IllegalStateException("interrupted while closing " + what, e));
    }
  }

  private void add(RuntimeException more) {
    if (failure == null) {
      failure = more;
    } else {
      failure.addSuppressed(more);
    }
  }

  /// Throws the first failure, with all later ones suppressed in it.
  void throwFailure() {
    if (failure != null) {
      throw failure;
    }
  }

  private static final class Closing implements Runnable {
    private final AutoCloseable part;
    private volatile @Nullable Throwable failure;

    Closing(AutoCloseable part) {
      this.part = part;
    }

    @Override
    public void run() {
      try {
        part.close();
      } catch (Exception | Error e) {
        failure = e;
      }
    }
  }
}
