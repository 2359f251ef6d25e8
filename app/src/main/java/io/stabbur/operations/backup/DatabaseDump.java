package io.stabbur.operations.backup;

import io.stabbur.platform.db.Login;
import io.stabbur.project.ClientPrograms;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A whole database in the custom format of `pg_dump`, as that program writes it and `pg_restore`
/// reads it.
final class DatabaseDump {
  private DatabaseDump() {}

  /// Writes a dump, not compressed: whoever stores it does that. The password goes by the
  /// environment, where lists of processes do not show it.
  ///
  /// @param program `pg_dump`
  /// @param snapshot an exported one, whose transaction stays open meanwhile
  /// @return bytes that were written
  static long write(Path program, Login login, String snapshot, OutputStream out)
      throws IOException {
    return run(
        List.of(
            program.toString(),
            "--format=custom",
            "--compress=0",
            "--encoding=UTF8",
            "--no-subscriptions",
            "--no-password",
            "--snapshot=" + snapshot,
            "--dbname=" + ClientPrograms.address(login.url()),
            "--username=" + login.user()),
        Map.of("PGPASSWORD", login.password().reveal()),
        process -> {
          process.getOutputStream().close();
          return process.getInputStream().transferTo(out);
        });
  }

  /// Reads a dump to its end, and the rows of every table in it, into nothing.
  ///
  /// @param program `pg_restore`
  /// @return bytes of the statements that would restore it
  static long read(Path program, InputStream dump) throws IOException {
    return run(
        List.of(program.toString(), "--format=custom", "--file=/dev/null"),
        Map.of(),
        process -> {
          try (var in = process.getOutputStream()) {
            return dump.transferTo(in);
          }
        });
  }

  private interface Talk {
    long with(Process process) throws IOException;
  }

  private static long run(List<String> line, Map<String, String> environment, Talk talk)
      throws IOException {
    var errors = Files.createTempFile("stabbur-dump", ".err");
    try {
      var builder = new ProcessBuilder(line).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      var process = builder.start();
      try {
        long bytes = talk.with(process);
        if (process.waitFor() != 0) {
          throw new IOException(why(errors));
        }
        return bytes;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (IOException e) {
        // a program that gives up closes its end first
        throw new IOException(process.isAlive() ? e.getMessage() : why(errors), e);
      } finally {
        process.destroy();
      }
    } finally {
      Files.deleteIfExists(errors);
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
