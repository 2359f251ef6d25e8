package io.stabbur.data;

import io.stabbur.data.catalog.Handler;
import io.stabbur.data.error.DataError;
import io.stabbur.data.reply.Reply;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Terms;
import io.stabbur.platform.sql.Statement;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Large answers on their way to their readers. Rows go from the database into a file, so that
/// neither side ever holds an answer whole and the connection is free again before a slow client
/// has read everything. A file loses its name before its first byte, so nobody else opens it and
/// nothing is left of it however the process ends.
final class Spool {
  private static final Cleaner FORGOTTEN = Cleaner.create();
  private static final int BUFFER = 1 << 16;
  private static final int KILOBYTE = 1024;
  private static final int FIRST_ROWS = 10;
  private static final int MOST_ROWS = 1000;

  /// Bytes of rows that are fetched from the database at once.
  private static final int PORTION = 1 << 20;

  private final Path folder;
  private final FairShare kilobytes;

  /// @param limit most bytes of all answers that wait together; one caller, or one organisation,
  ///   leaves a third of them to others
  Spool(Path folder, long limit) {
    this.folder = folder;
    int most = (int) Math.clamp(limit / KILOBYTE, 1, Integer.MAX_VALUE);
    this.kilobytes = new FairShare(Terms.thirds(most, ""));
  }

  /// What stands around rows.
  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to the arrays
  enum Form {
    JSON("[", ", \n ", "]"),
    CSV("", "\n", "");

    private final byte[] open;
    private final byte[] between;
    private final byte[] close;

    Form(String open, String between, String close) {
      this.open = utf8(open);
      this.between = utf8(between);
      this.close = utf8(close);
    }

    static Form of(Handler handler) {
      return handler instanceof Handler.Csv ? CSV : JSON;
    }
  }

  /// A body that waits to be read, and how many rows it has.
  record Spooled(long rows, Reply.Body.Stream body) {}

  Spooled fill(Transaction tx, Statement eachRow, Form form) {
    var file = new Waiting(newFile(), kilobytes.permit(Caller.currentShare()));
    try {
      var rows = tx.scan(eachRow, FIRST_ROWS, found -> write(file, form, found));
      file.channel.position(0);
      return new Spooled(rows, new Reply.Body.Stream(file.stream(), file.length.get()));
    } catch (IOException e) {
      file.run();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      file.run();
      throw e;
    }
  }

  private long write(Waiting file, Form form, ResultSet rows) throws SQLException {
    try (var out = new BufferedOutputStream(new Charged(file), BUFFER)) {
      out.write(form.open);
      long count = 0;
      long bytes = 0;
      while (rows.next()) {
        if (count == 0) {
          first(out, form, rows);
        } else {
          out.write(form.between);
        }
        var row = rows.getBytes(1);
        out.write(row);
        count++;
        bytes += row.length;
        rows.setFetchSize(Math.clamp(PORTION * count / Math.max(bytes, 1), 1, MOST_ROWS));
      }
      out.write(form.close);
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// CSV begins with the names of its columns.
  private static void first(OutputStream out, Form form, ResultSet rows)
      throws IOException, SQLException {
    if (form == Form.CSV) {
      out.write(utf8(rows.getString(2)));
      out.write(form.between);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private FileChannel newFile() {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var name = folder.resolve(UUID.randomUUID().toString());
    try {
      Files.createDirectories(folder);
      var channel =
          FileChannel.open(
              name,
              Set.of(
                  StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
              ownerOnly);
      Files.delete(name);
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file and the bytes it is charged for; running it gives both back, once.
  private static final class Waiting implements Runnable {
    private final FileChannel channel;
    private final FairShare.Permit charged;
    private final AtomicLong length = new AtomicLong();

    Waiting(FileChannel channel, FairShare.Permit charged) {
      this.channel = channel;
      this.charged = charged;
    }

    /// Closing it gives the file back; so does the collector if nobody does.
    InputStream stream() {
      var bytes = new Body(Channels.newInputStream(channel));
      bytes.end = FORGOTTEN.register(bytes, this);
      return bytes;
    }

    @Override
    public void run() {
      charged.close();
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Body extends FilterInputStream {
    private Cleaner.@Nullable Cleanable end;

    Body(InputStream in) {
      super(in);
    }

    @Override
    public void close() {
      if (end != null) {
        end.clean();
      }
    }
  }

  /// Writes as long as there is room for all.
  private static final class Charged extends FilterOutputStream {
    private final Waiting file;

    Charged(Waiting file) {
      super(Channels.newOutputStream(file.channel));
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      file.length.addAndGet(count);
      if (!file.charged.tryAdd(Math.ceilDiv(count, KILOBYTE))) {
        throw new DataError.LargeAnswersWait().exception();
      }
      out.write(bytes, from, count);
    }

    /// The file stays open: its reader comes after its writer.
    @Override
    public void close() {}
  }
}
