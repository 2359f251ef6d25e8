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

/// Writes a large body into a file, row by row, so that neither the database's answer nor the body
/// is ever held whole and the connection is free again before a slow client has read everything.
enum Spool {
  JSON("[", ", \n ", "]"),
  CSV("", "\n", "");

  private static final int ROWS_AT_ONCE = 500;
  private static final int BUFFER = 1 << 16;

  private final String open;
  private final String between;
  private final String close;

  Spool(String open, String between, String close) {
    this.open = open;
    this.between = between;
    this.close = close;
  }

  static Spool of(Handler handler) {
    return handler instanceof Handler.Csv ? CSV : JSON;
  }

  Outcome fill(Database database, Actor actor, Statement eachRow, Outcome outcome) {
    var file = newFile();
    try {
      long rows = database.scan(actor, eachRow, ROWS_AT_ONCE, found -> write(file, found));
      var body = new Reply.Body.Spooled(file);
      return new Outcome(
          outcome.total(),
          rows,
          body,
          outcome.headers(),
          outcome.status(),
          outcome.location(),
          outcome.inserted());
    } catch (RuntimeException e) {
      delete(file);
      throw e;
    }
  }

  private long write(Path file, ResultSet rows) throws SQLException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      out.write(utf8(open));
      long count = 0;
      while (rows.next()) {
        if (count == 0) {
          first(out, rows);
        } else {
          out.write(utf8(between));
        }
        out.write(rows.getBytes(1));
        count++;
      }
      out.write(utf8(close));
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// CSV begins with the names of its columns.
  private void first(OutputStream out, ResultSet rows) throws IOException, SQLException {
    if (this == CSV) {
      out.write(utf8(rows.getString(2)));
      out.write(utf8(between));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
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
