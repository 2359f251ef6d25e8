package io.stabbur.platform.http;

import java.time.Duration;

/// What a room does before the process ends, such as closing its sockets. A bean.
@FunctionalInterface
public interface ShutdownStep {
  /// Called once, while requests are still served.
  ///
  /// @param limit longest time it may take
  void run(Duration limit) throws InterruptedException;
}
