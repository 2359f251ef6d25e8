package io.stabbur.storage.backend;

import io.stabbur.storage.MemoryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes a stream to a file and computes its checksum on the way. For a large one reading, writing
/// and computing go on at the same time, with a few buffers that go round between them, as long as
/// the buffers of all such files take but a small part of the memory.
final class HashedFile {
  private static final int BUFFER = 256 * 1024;
  private static final int BUFFERS = 6;
  static final int FIRST = 64 * 1024;
  private static final MemoryBudget OF_ALL =
      new MemoryBudget(Runtime.getRuntime().maxMemory() / 16, "Too many uploads at once");
  private static final Piece END = new Piece(new byte[0]);
  private final BlockingQueue<Piece> free = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<Piece> toWrite = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final BlockingQueue<Piece> toDigest = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private final EntityTag tag;
  private final Sink out;

  private HashedFile(Sink out, EntityTag tag) {
    this.out = out;
    this.tag = tag;
  }

  /// Where the bytes go, one after the other.
  interface Sink {
    /// Takes the next bytes.
    ///
    /// @param bytes those up to `count`, a multiple of [#FIRST] in all calls but the last
    void write(byte[] bytes, int count) throws IOException;
  }

  /// A file that is written from where its channel stands.
  static Sink sink(FileChannel file) {
    return (bytes, count) -> {
      var buffer = ByteBuffer.wrap(bytes, 0, count);
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
    };
  }

  /// A buffer on its way round; it is free again when both have had it.
  private static final class Piece {
    private final byte[] bytes;
    private final AtomicInteger users = new AtomicInteger();
    private int count;

    Piece(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  /// What the stream throws passes through.
  static Written write(InputStream bytes, Sink out, Tagging tagging) throws IOException {
    var file = new HashedFile(out, new EntityTag(tagging));
    var first = new Piece(new byte[FIRST]);
    boolean large = read(bytes, first);
    try (var buffers = large ? OF_ALL.tryHold(BUFFER * BUFFERS) : null) {
      if (buffers == null) {
        file.inTurn(bytes, first);
      } else {
        file.pump(bytes, first);
      }
    }
    return file.tag.written();
  }

  /// Fills a buffer; false at the end of the stream.
  private static boolean read(InputStream bytes, Piece piece) throws IOException {
    piece.count = bytes.readNBytes(piece.bytes, 0, piece.bytes.length);
    return piece.count == piece.bytes.length;
  }

  private void inTurn(InputStream bytes, Piece piece) throws IOException {
    boolean more = piece.count == piece.bytes.length;
    while (true) {
      hash(piece);
      store(piece);
      if (!more) {
        return;
      }
      more = read(bytes, piece);
    }
  }

  private void hash(Piece piece) {
    tag.update(piece.bytes, 0, piece.count);
  }

  private void store(Piece piece) throws IOException {
    out.write(piece.bytes, piece.count);
  }

  private void pump(InputStream bytes, Piece first) throws IOException {
    for (int i = 1; i < BUFFERS; i++) {
      free.add(new Piece(new byte[BUFFER]));
    }
    var writer = Thread.startVirtualThread(() -> each(toWrite, this::storeOrFail));
    var digester = Thread.startVirtualThread(() -> each(toDigest, this::hash));
    try {
      hand(first);
      fill(bytes);
    } finally {
      end(writer, digester);
    }
    var failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private void fill(InputStream bytes) throws IOException {
    while (failure.get() == null) {
      var piece = take(free);
      boolean more = read(bytes, piece);
      if (piece.count > 0) {
        hand(piece);
      }
      if (!more) {
        return;
      }
    }
  }

  private void hand(Piece piece) {
    piece.users.set(2);
    toWrite.add(piece);
    toDigest.add(piece);
  }

  private static Piece take(BlockingQueue<Piece> queue) throws InterruptedIOException {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private void each(BlockingQueue<Piece> queue, Consumer<Piece> use) {
    try {
      for (var piece = queue.take(); piece != END; piece = queue.take()) {
        use.accept(piece);
        if (piece.users.decrementAndGet() == 0) {
          free.add(piece);
        }
      }
    } catch (InterruptedException e) {
      failure.compareAndSet(null, new InterruptedIOException());
    }
  }

  /// After a failure the rest is taken and dropped, so that nobody waits for ever.
  private void storeOrFail(Piece piece) {
    if (failure.get() == null) {
      try {
        store(piece);
      } catch (IOException e) {
        failure.set(e);
      }
    }
  }

  private void end(Thread writer, Thread digester) throws InterruptedIOException {
    toWrite.add(END);
    toDigest.add(END);
    try {
      writer.join();
      digester.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }
}
