package io.stabbur.data;

import io.stabbur.data.catalog.Handler;
import io.stabbur.data.reply.Outcome;
import io.stabbur.data.reply.Reply;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.sql.Statement;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;

/// Writes a large body into a file, row by row, so that neither the database's answer nor the body is ever held whole
/// and the connection is free again before a slow client has read everything.
enum Spool {
  JSON("[", ", \n ", "]"),
  CSV("", "\n", "");

  private static final int ROWS_AT_ONCE = 500;
  private static final int BUFFER = 1 << 16;

  private final byte[] open;
  private final byte[] between;
  private final byte[] close;

  Spool(String open, String between, String close) {
    this.open = open.getBytes(StandardCharsets.UTF_8);
    this.between = between.getBytes(StandardCharsets.UTF_8);
    this.close = close.getBytes(StandardCharsets.UTF_8);
  }

  static Spool of(Handler handler) {
    return handler instanceof Handler.Csv ? CSV : JSON;
  }

  Outcome fill(Database database, Actor actor, Statement eachRow, Outcome outcome) {
    var file = newFile();
    try {
      long rows = database.scan(actor, eachRow, ROWS_AT_ONCE, found -> write(file, found));
      var body = new Reply.Body.Spooled(file, Files.size(file));
      return new Outcome(
          outcome.total(),
          rows,
          body,
          outcome.headers(),
          outcome.status(),
          outcome.location(),
          outcome.inserted());
    } catch (IOException e) {
      delete(file);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      delete(file);
      throw e;
    }
  }

  private long write(Path file, ResultSet rows) throws SQLException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      out.write(open);
      long count = 0;
      while (rows.next()) {
        if (count == 0) {
          first(out, rows);
        } else {
          out.write(between);
        }
        out.write(rows.getBytes(1));
        count++;
      }
      out.write(close);
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// CSV begins with the names of its columns.
  private void first(OutputStream out, ResultSet rows) throws IOException, SQLException {
    if (this == CSV) {
      out.write(rows.getString(2).getBytes(StandardCharsets.UTF_8));
      out.write(between);
    }
  }

  private static Path newFile() {
    try {
      return Files.createTempFile("stabbur-rows", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
