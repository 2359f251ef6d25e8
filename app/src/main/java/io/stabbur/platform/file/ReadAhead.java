package io.stabbur.platform.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Reads a stream on a thread of its own, a few pieces ahead of whoever reads this one, so that two
/// steps of a long copy run at the same time. What the stream throws is thrown here in its place.
/// The thread and the memory of the pieces come with the first byte that is asked for.
public final class ReadAhead extends BlockInput {
  private final InputStream in;
  private final int pieces;
  private final int size;
  private final Thread.Builder threads;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final BlockingQueue<Piece> free;
  private final BlockingQueue<Piece> ready;
  private Piece now = new Piece(new byte[0]);
  private int at;

  /// @param in closed by the thread that reads it, at its end or after this one is closed; by
  ///   [#close] where nothing was read
  /// @param pieces how many are in memory at most
  /// @param size of a piece, in bytes
  /// @param threads makes the one that reads
  public ReadAhead(InputStream in, int pieces, int size, Thread.Builder threads) {
    this.in = in;
    this.pieces = pieces;
    this.size = size;
    this.threads = threads;
    this.free = new ArrayBlockingQueue<>(pieces + 1);
    this.ready = new ArrayBlockingQueue<>(pieces + 1);
  }

  /// A piece on its way round; the last one is empty, or says what was thrown.
  private static final class Piece {
    private final byte[] bytes;
    private int count;
    private @Nullable Throwable failure;

    Piece(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean isLast() {
      return count == 0;
    }
  }

  private void begin() throws IOException {
    var all = new ArrayList<Piece>();
    for (int i = 0; i < pieces; i++) {
      all.add(new Piece(new byte[size]));
    }
    if (begun.getAndSet(true)) {
      throw closedAlready();
    }
    free.addAll(all);
    threads.start(this::run);
  }

  private static IOException closedAlready() {
    return new IOException("The stream is closed");
  }

  /// Either queue holds all pieces and the one of [#close], so nobody waits for ever to put one.
  private void run() {
    try (in) {
      boolean more = true;
      while (more) {
        var piece = free.take();
        fill(piece);
        ready.put(piece);
        more = !piece.isLast();
      }
    } catch (InterruptedException | IOException e) {
      // closed: nobody waits for more
    }
  }

  private void fill(Piece piece) {
    piece.count = 0;
    if (closed.get()) {
      return;
    }
    try {
      piece.count = in.readNBytes(piece.bytes, 0, piece.bytes.length);
    } catch (Throwable e) {
      // an error such as a lack of memory, too: the reader waits for this piece
      piece.failure = e;
    }
  }

  @Override
  public int read(byte[] into, int to, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == now.count && !next()) {
      return -1;
    }
    int count = Math.min(length, now.count - at);
    System.arraycopy(now.bytes, at, into, to, count);
    at += count;
    return count;
  }

  /// Takes the next piece, and gives the one before it back; the last piece stays.
  private boolean next() throws IOException {
    if (closed.get()) {
      throw closedAlready();
    }
    if (!begun.get()) {
      begin();
    }
    if (now.bytes.length == 0 || !now.isLast()) {
      try {
        if (now.bytes.length > 0) {
          free.add(now);
        }
        now = ready.take();
        at = 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException();
      }
    }
    return switch (now.failure) {
      case null -> !now.isLast();
      case IOException io -> throw io;
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> throw new IllegalStateException(now.failure);
    };
  }

  /// The thread that reads closes the stream, once it is not reading. Once only, from any thread.
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    if (begun.getAndSet(true)) {
      free.add(new Piece(new byte[0]));
    } else {
      in.close();
    }
  }
}
