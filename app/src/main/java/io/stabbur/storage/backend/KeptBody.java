package io.stabbur.storage.backend;

import io.stabbur.storage.MemoryBudget;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// A body on its way to a store, which comes from a client and can be read once. One of some
/// megabytes is kept as it is read, where there is memory for it, and can be sent again; of others
/// only one of which nothing was read.
final class KeptBody implements AutoCloseable {
  private static final MemoryBudget MEMORY =
      new MemoryBudget(Runtime.getRuntime().maxMemory() / 16, "Too many uploads at once");

  /// Most bytes of a body that is kept, never more than there is memory for. Clients send larger
  /// files in pieces.
  static final int MOST = (int) Math.min(8 << 20, MEMORY.most());

  private final InputStream source;
  private final MemoryBudget.@Nullable Held memory;
  private final byte[] kept;
  private int count;
  private boolean isWhole = true;

  /// @param length the bytes that the body has
  KeptBody(InputStream source, long length) {
    this.source = source;
    this.memory = length <= MOST ? MEMORY.tryHold(length) : null;
    this.kept = memory == null ? new byte[0] : new byte[(int) length];
  }

  /// The body from its first byte; call it once, and again where [#isRepeatable].
  InputStream open() {
    return new Reader();
  }

  /// Whether all that was read is kept, and there may be more to read.
  boolean isRepeatable() {
    return isWhole;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
    }
  }

  private int readOn(byte[] into, int at, int length) throws IOException {
    boolean wasWhole = isWhole;
    // a source that fails here gives no more bytes
    isWhole = false;
    int read = source.read(into, at, length);
    int more = Math.max(0, read);
    if (wasWhole && more <= kept.length - count) {
      System.arraycopy(into, at, kept, count, more);
      count += more;
      isWhole = true;
    }
    return read;
  }

  /// One reading; what was read before comes from memory.
  private final class Reader extends InputStream {
    private int position;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      int known = Math.min(length, count - position);
      if (known > 0) {
        System.arraycopy(kept, position, into, at, known);
        position += known;
        return known;
      }
      int read = readOn(into, at, length);
      position += Math.max(0, read);
      return read;
    }
  }
}
