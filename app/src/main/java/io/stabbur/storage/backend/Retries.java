package io.stabbur.storage.backend;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Calls that are repeated where the store was unavailable, for bodies that are still whole. Stores
/// answer a request with an error now and then and ask for it again.
public final class Retries {
  private static final int TRIES = 3;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int LONGER = 4;

  /// A store that takes longer to fail is not asked again.
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /// Bound within a call that is repeated.
  private static final ScopedValue<Boolean> REPEATED = ScopedValue.newInstance();

  private Retries() {}

  /// Calls, and calls again after a pause where the store was unavailable. A call within one that
  /// is repeated is made once: the outer one repeats it.
  ///
  /// @param isRepeatable whether the body of the call that failed can be sent again
  public static <T> T whileUnavailable(BooleanSupplier isRepeatable, Supplier<T> call) {
    return REPEATED.isBound()
        ? call.get()
        : ScopedValue.where(REPEATED, true).call(() -> repeated(isRepeatable, call));
  }

  private static <T> T repeated(BooleanSupplier isRepeatable, Supplier<T> call) {
    long begin = System.nanoTime();
    var pause = PAUSE;
    for (int tried = 1; ; tried++) {
      try {
        return call.get();
      } catch (ApiException e) {
        boolean again =
            tried < TRIES
                && e.error() instanceof Failure.Unavailable
                && System.nanoTime() - begin < LIMIT.toNanos()
                && isRepeatable.getAsBoolean();
        if (!again || !isOver(pause)) {
          throw e;
        }
        pause = pause.multipliedBy(LONGER);
      }
    }
  }

  /// Waits; false where the thread was interrupted.
  private static boolean isOver(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
