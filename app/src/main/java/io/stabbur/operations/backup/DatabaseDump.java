package io.stabbur.operations.backup;

import io.stabbur.platform.db.Login;
import io.stabbur.project.ClientPrograms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// A whole database in the custom format of `pg_dump`, as that program writes it and `pg_restore`
/// reads it.
final class DatabaseDump {
  /// More than a program says of one error; a row in it may be larger.
  private static final int LONGEST_LINE = 8192;

  private static final Duration UNLIMITED = Duration.ofDays(365);

  private DatabaseDump() {}

  /// Writes a dump, not compressed: whoever stores it does that. The password goes by the
  /// environment, where lists of processes do not show it.
  ///
  /// @param program `pg_dump`
  /// @param snapshot an exported one, whose transaction stays open meanwhile
  /// @return bytes that were written
  /// @throws InterruptedIOException when the thread was interrupted; the program has ended then
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
    var first = new AtomicReference<>("");
    var ended =
        run(
            line,
            Map.of("PGPASSWORD", login.password().reveal()),
            // without what Postgres quotes of rows in the lines after it
            text -> first.compareAndSet("", text.contains("error:") ? text : ""),
            out,
            UNLIMITED);
    if (ended.code() != 0) {
      throw new IOException(
          first.get().isEmpty()
              ? "pg_dump ended with %d and said no reason".formatted(ended.code())
              : first.get());
    }
    return ended.bytes();
  }

  /// Restores a dump into a database that is there and empty, without owners and rights: all of it
  /// belongs to whoever logs in.
  ///
  /// @param program `pg_restore`
  /// @param limit longest time: what it runs is written by whoever runs the database
  /// @throws IOException with what else could not be restored
  /// @throws InterruptedIOException when the thread was interrupted; the program has ended then
  static Restored restore(Path program, Login login, Path dump, Duration limit) throws IOException {
    var list = list(program, dump, limit);
    var file = Files.write(dump.resolveSibling("restore.list"), list.entries());
    var line =
        List.of(
            program.toString(),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--no-subscriptions",
            "--no-tablespaces",
            "--no-security-labels",
            // names the entry before each error
            "--verbose",
            // that of an extension is its owner's alone
            "--no-comments",
            "--use-list=" + file,
            "--no-password",
            "--dbname=" + ClientPrograms.address(login.url()),
            "--username=" + login.user(),
            dump.toString());
    var errors = new RestoreErrors(list.leftOut());
    var ended =
        run(
            line,
            Map.of("PGPASSWORD", login.password().reveal()),
            errors::accept,
            OutputStream.nullOutputStream(),
            limit);
    if (errors.others() > 0) {
      throw new IOException("The dump cannot be restored here: " + errors.summary());
    }
    if (!errors.isWhole(ended.code())) {
      throw new IOException(
          "The dump cannot be restored here: pg_restore ended with %d before it was done"
              .formatted(ended.code()));
    }
    return new Restored(errors.leftOut(), list.tables());
  }

  /// What a restore has made.
  ///
  /// @param leftOut how many definitions only a superuser may make, or need one of these, and were
  ///   left out
  /// @param tables whose rows were left out, since they belong to extensions
  record Restored(long leftOut, Set<String> tables) {}

  private static DumpList list(Path program, Path dump, Duration limit) throws IOException {
    var text = new ByteArrayOutputStream();
    var ended =
        run(
            List.of(program.toString(), "--format=custom", "--list", dump.toString()),
            Map.of(),
            _ -> {},
            text,
            limit);
    if (ended.code() != 0) {
      throw new IOException(
          "The dump cannot be restored here: pg_restore cannot list it and ended with %d"
              .formatted(ended.code()));
    }
    return DumpList.of(text.toString(StandardCharsets.UTF_8).lines().toList());
  }

  private record Ended(int code, long bytes) {}

  /// Runs a program to its end, with nothing of this process' environment but the path: other
  /// variables may be secrets or change what the program does, and its messages are read as
  /// Postgres has them in English.
  ///
  /// @param errors gets each line that it writes about errors, cut where it is long
  /// @param limit the longest it may take
  private static Ended run(
      List<String> line,
      Map<String, String> environment,
      Consumer<String> errors,
      OutputStream out,
      Duration limit)
      throws IOException {
    var builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    var process = builder.start();
    var said = reading(process, () -> lines(process.getErrorStream(), errors));
    var written = reading(process, () -> process.getInputStream().transferTo(out));
    try {
      process.getOutputStream().close();
      boolean isDone = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
      if (!isDone) {
        process.destroyForcibly();
      }
      var _ = OwnThread.outcome(said);
      long bytes = OwnThread.outcome(written);
      if (!isDone) {
        throw new IOException(
            "%s was stopped: it took longer than it may"
                .formatted(Path.of(line.getFirst()).getFileName()));
      }
      return new Ended(process.exitValue(), bytes);
    } catch (InterruptedException e) {
      // the exception says it: what follows has to wait for the end of a server
      var interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      process.destroyForcibly();
      OwnThread.awaitEnd(said);
      OwnThread.awaitEnd(written);
    }
  }

  /// Reads what a program writes on a thread that nobody interrupts: a read of a pipe ends with the
  /// program alone. A reader that fails ends the program.
  private static FutureTask<Long> reading(Process process, Callable<Long> reader) {
    var task =
        new FutureTask<>(
            () -> {
              boolean isRead = false;
              try {
                long bytes = reader.call();
                isRead = true;
                return bytes;
              } finally {
                if (!isRead) {
                  process.destroyForcibly();
                }
              }
            });
    Thread.ofPlatform().name("output of " + process.pid()).daemon().start(task);
    return task;
  }

  /// How many lines there are; what is no UTF-8 is replaced.
  static long lines(InputStream in, Consumer<String> each) throws IOException {
    long count = 0;
    var line = new ByteArrayOutputStream();
    var buffer = new byte[LONGEST_LINE];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      for (int at = 0; at < read; at++) {
        if (buffer[at] == '\n') {
          count++;
          each.accept(line.toString(StandardCharsets.UTF_8));
          line.reset();
        } else if (line.size() < LONGEST_LINE) {
          line.write(buffer[at]);
        }
      }
    }
    if (line.size() > 0) {
      count++;
      each.accept(line.toString(StandardCharsets.UTF_8));
    }
    return count;
  }
}
