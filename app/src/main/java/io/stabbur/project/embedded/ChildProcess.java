package io.stabbur.project.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A process that ends when its input does, as those that this process has started do.
final class ChildProcess {
  private ChildProcess() {}

  /// Ends a process: by the end of its input, and by force with its own processes after a while.
  static void end(Process running, Duration limit) {
    try {
      running.getOutputStream().close();
      if (!running.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
      }
    } catch (IOException e) {
      running.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running.destroy();
    }
  }
}
