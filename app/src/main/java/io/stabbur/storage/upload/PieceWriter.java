package io.stabbur.storage.upload;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Part;
import io.stabbur.storage.backend.Retries;
import io.stabbur.storage.backend.Span;
import io.stabbur.storage.backend.Spool;
import io.stabbur.storage.backend.Tagging;
import io.stabbur.storage.object.ObjectRows;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/// Writes one body to one upload. The body is cut into pieces; each is safe in the store and
/// recorded before the next is read, so a cut costs nothing that had arrived.
record PieceWriter(
    Project project,
    Backend backend,
    ResumableRows rows,
    ObjectRows objects,
    StorageSettings settings,
    String lease,
    long limit,
    BooleanSupplier endsSoon) {
  private static final int PIECE = 16 << 20;

  /// How the reading of a piece ended: there may be more, the body ended, the process is about to
  /// end and the client goes on with another, or the client went away.
  private enum Ending {
    MORE,
    END,
    SOON,
    CUT
  }

  private record Piece(long size, Ending ending) {}

  Resumable write(Resumable upload, InputStream body) {
    try (var spool = new Spool()) {
      return write(upload, body, spool);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Resumable write(Resumable upload, InputStream body, Spool spool) throws IOException {
    var now = upload;
    while (true) {
      var piece = read(now, body, spool);
      now = store(now, piece, spool);
      switch (piece.ending()) {
        case MORE -> {}
        case END, SOON -> {
          return now;
        }
        case CUT -> throw new ApiException(new StorageError.BodyCutShort());
      }
    }
  }

  /// Fills the spool with the tail and what comes after it.
  private Piece read(Resumable upload, InputStream body, Spool spool) throws IOException {
    long end = upload.isOpenEnded() ? limit : upload.length();
    long most = end - upload.stored() + upload.tail();
    spool.clear();
    try (var in = withTail(upload, body)) {
      return copy(in, spool, most, upload.tail());
    }
  }

  /// @param least bytes that are safe already, of which none may be missing
  private Piece copy(InputStream in, Spool out, long most, long least) throws IOException {
    var buffer = new byte[64 * 1024];
    long size = 0;
    while (size < PIECE) {
      if (size >= least && endsSoon.getAsBoolean()) {
        return new Piece(size, Ending.SOON);
      }
      int count = readOrCut(in, buffer, (int) Math.min(buffer.length, PIECE - size));
      if (count < 0) {
        return new Piece(size, count == -1 ? Ending.END : Ending.CUT);
      }
      size += count;
      if (size > most) {
        throw new ApiException(new StorageError.LengthExceeded());
      }
      out.add(buffer, count);
    }
    return new Piece(size, Ending.MORE);
  }

  /// -1 at the end, -2 when the client went away: what came before counts.
  private static int readOrCut(InputStream in, byte[] buffer, int length) throws IOException {
    try {
      return in.read(buffer, 0, length);
    } catch (ApiException e) {
      if (e.error() instanceof StorageError.BodyCutShort) {
        return -2;
      }
      throw e;
    }
  }

  private InputStream withTail(Resumable upload, InputStream body) {
    var open = new Unclosed(body);
    return upload.tail() == 0
        ? open
        : new SequenceInputStream(
            backend.read(upload.tailKey(project.name()), Span.whole(upload.tail())), open);
  }

  /// Stores the spooled piece as a part, or as the tail when it is too small for one.
  private Resumable store(Resumable upload, Piece piece, Spool spool) {
    boolean last = upload.stored() - upload.tail() + piece.size() == upload.length();
    // a tail becomes the last part when the length is told after it
    if (piece.size() == upload.tail() && !(last && upload.tail() > 0)) {
      return upload;
    }
    var next =
        last || piece.size() >= backend.smallestPart()
            ? upload.with(part(upload, piece, spool))
            : tail(upload, piece, spool);
    rows.record(project, next, lease);
    if (upload.tail() > 0) {
      backend.delete(List.of(upload.tailKey(project.name())));
    }
    return next;
  }

  /// Sends the piece again where the store was unavailable: it is here still. Each time under a
  /// number of its own, so that one that comes late replaces none.
  private Part part(Resumable upload, Piece piece, Spool spool) {
    return Retries.whileUnavailable(() -> true, () -> partOnce(upload, piece, spool));
  }

  private Part partOnce(Resumable upload, Piece piece, Spool spool) {
    int number = rows.nextPart(project, upload, lease);
    return backend.part(
        upload.key(project.name()),
        upload.storeUpload(),
        number,
        spool.open(),
        OptionalLong.of(piece.size()),
        Tagging.CHECKSUMS);
  }

  private Resumable tail(Resumable upload, Piece piece, Spool spool) {
    var next = upload.withTail(piece.size());
    var key = next.tailKey(project.name());
    objects.scheduleRemoval(project, key, settings.resumableLife().plus(settings.abandonedAfter()));
    var _ =
        Retries.whileUnavailable(
            () -> true,
            () ->
                backend.write(
                    key,
                    spool.open(),
                    OptionalLong.of(piece.size()),
                    "application/octet-stream",
                    Tagging.NONE));
    return next;
  }

  /// Leaves the body open when a piece of it has been read.
  private static final class Unclosed extends FilterInputStream {
    Unclosed(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      return in.read(into, at, length);
    }

    @Override
    public void close() {}
  }
}
