package io.stabbur.operations.backup;

import io.stabbur.platform.db.Login;
import io.stabbur.project.ClientPrograms;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A whole database in the custom format of `pg_dump`, as that program writes it and `pg_restore`
/// reads it.
final class DatabaseDump {
  /// Longest time of a restore: what it runs is written by whoever runs the database.
  private static final long HOURS = 6;

  private DatabaseDump() {}

  /// Writes a dump, not compressed: whoever stores it does that. The password goes by the
  /// environment, where lists of processes do not show it.
  ///
  /// @param program `pg_dump`
  /// @param snapshot an exported one, whose transaction stays open meanwhile
  /// @return bytes that were written
  static long write(Path program, Login login, String snapshot, OutputStream out)
      throws IOException {
    var line =
        List.of(
            program.toString(),
            "--format=custom",
            "--compress=0",
            "--encoding=UTF8",
            "--no-subscriptions",
            "--no-password",
            "--snapshot=" + snapshot,
            "--dbname=" + ClientPrograms.address(login.url()),
            "--username=" + login.user());
    var errors = Files.createTempFile("stabbur-dump", ".err");
    try {
      var ended = run(line, login, errors, out, Long.MAX_VALUE);
      if (ended.code() != 0) {
        throw new IOException(why(errors));
      }
      return ended.bytes();
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  /// Restores a dump into a database that is there and empty, without owners and rights: all of it
  /// belongs to whoever logs in.
  ///
  /// @param program `pg_restore`
  /// @return how many definitions only a superuser may make, and were left out
  /// @throws IOException with what else could not be restored
  static long restore(Path program, Login login, Path dump) throws IOException {
    var line =
        List.of(
            program.toString(),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--no-subscriptions",
            "--no-tablespaces",
            "--no-security-labels",
            "--no-password",
            "--dbname=" + ClientPrograms.address(login.url()),
            "--username=" + login.user(),
            dump.toString());
    var errors = Files.createTempFile("stabbur-restore", ".err");
    try {
      var ended = run(line, login, errors, OutputStream.nullOutputStream(), HOURS);
      var found = RestoreErrors.read(errors);
      if (found.others() > 0 || (ended.code() != 0 && found.superusers() == 0)) {
        throw new IOException("The dump cannot be restored here: " + found.summary());
      }
      return found.superusers();
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private record Ended(int code, long bytes) {}

  /// @param hours the longest it may take
  private static Ended run(
      List<String> line, Login login, Path errors, OutputStream out, long hours)
      throws IOException {
    var builder = new ProcessBuilder(line).redirectError(errors.toFile());
    builder.environment().put("PGPASSWORD", login.password().reveal());
    var process = builder.start();
    if (hours != Long.MAX_VALUE) {
      var _ =
          process
              .onExit()
              .orTimeout(hours, TimeUnit.HOURS)
              .exceptionally(_ -> process.destroyForcibly());
    }
    try {
      process.getOutputStream().close();
      long bytes = process.getInputStream().transferTo(out);
      return new Ended(process.waitFor(), bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
  }

  /// What went wrong first, without what Postgres quotes of rows in the lines after it.
  private static String why(Path errors) throws IOException {
    return Files.readString(errors)
        .lines()
        .filter(line -> line.contains("error:"))
        .findFirst()
        .orElse("the program ended without a word");
  }
}
