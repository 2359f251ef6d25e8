package io.stabbur.storage.render;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.storage.StorageError;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A part of the memory that is shared by all renderings.
record Memory(long most, Semaphore kilobytes) {
  private static final long PATIENCE_SECONDS = 10;

  Memory(long most) {
    this(most, new Semaphore((int) (most / 1024), true));
  }

  /// What takes memory.
  interface Rendering<E extends Exception> {
    Picture render() throws E;
  }

  /// Waits until there is so much for it; what would never be there is too large.
  <E extends Exception> Picture using(long bytes, Rendering<E> rendering) throws E {
    if (bytes > most) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    int wanted = (int) (bytes / 1024);
    try {
      if (!kilobytes.tryAcquire(wanted, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    }
    try {
      return rendering.render();
    } finally {
      kilobytes.release(wanted);
    }
  }

  private static ApiException busy() {
    return new ApiException(new Failure.Busy("Too many images are being rendered"));
  }
}
