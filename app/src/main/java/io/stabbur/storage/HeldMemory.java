package io.stabbur.storage;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Memory for what is read whole before it is worked on: bodies in JSON and XML, fields of forms.
/// What all requests hold of it together stays below a part of the heap. Who comes while it is
/// taken waits a little, and is then told to come again; what is small need not ask.
public final class HeldMemory implements AutoCloseable {
  /// So much is anybody's.
  public static final int SMALL = 16 * 1024;

  /// The bytes, their text, its tree, and what is sent to the database.
  private static final int COPIES = 6;

  private static final int PATIENCE_SECONDS = 10;
  private static final int ALL = (int) (Runtime.getRuntime().maxMemory() / 6 / 1024);
  private static final Semaphore KILOBYTES = new Semaphore(ALL, true);
  private int held;

  /// Waits until so many bytes may be read, beside those this one holds already.
  public void reserve(int bytes) {
    int wanted = Math.min(ALL, bytes / 1024 * COPIES) - held;
    try {
      if (wanted > 0) {
        if (!KILOBYTES.tryAcquire(wanted, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw busy();
        }
        held += wanted;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    }
  }

  private static ApiException busy() {
    return new ApiException(new Failure.Busy("Too many large requests at once"));
  }

  @Override
  public void close() {
    KILOBYTES.release(held);
    held = 0;
  }

  /// Works on all bytes of a stream, which must not be more than `most`.
  public static <T> T read(InputStream in, int most, Function<byte[], T> work) throws IOException {
    try (var memory = new HeldMemory()) {
      return work.apply(read(in, most, memory));
    }
  }

  /// All bytes of a stream, for as long as the memory is held.
  public static byte[] read(InputStream in, int most, HeldMemory memory) throws IOException {
    var small = in.readNBytes(Math.min(SMALL, most + 1));
    if (small.length < SMALL && small.length <= most) {
      return small;
    }
    memory.reserve(most);
    var rest = in.readNBytes(most + 1 - small.length);
    if (small.length + rest.length > most) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    var all = Arrays.copyOf(small, small.length + rest.length);
    System.arraycopy(rest, 0, all, small.length, rest.length);
    return all;
  }
}
