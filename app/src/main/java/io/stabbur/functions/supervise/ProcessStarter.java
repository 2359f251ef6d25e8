package io.stabbur.functions.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Starts processes that do not outlive this one. Where the system has `setpriv`, Linux kills them
/// with the thread that started them, even after `kill -9`; so one thread starts all of them and
/// lasts as long as this program. Elsewhere a process ends when its standard input does.
final class ProcessStarter implements AutoCloseable {
  private static final List<String> WITH_PARENT = List.of("--pdeathsig", "KILL", "--");
  private static final List<Path> FOLDERS = List.of(Path.of("/usr/bin"), Path.of("/bin"));
  private static final int PROBE_SECONDS = 5;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("functions-start").factory());
  private final List<String> prefix;

  ProcessStarter() {
    this.prefix = setpriv().map(ProcessStarter::prefix).orElse(List.of());
  }

  /// Whether the system ends started processes together with this one.
  boolean endsWithParent() {
    return !prefix.isEmpty();
  }

  /// Starts what the builder says.
  Process start(ProcessBuilder builder) throws IOException {
    var command = new ArrayList<>(prefix);
    command.addAll(builder.command());
    builder.command(command);
    try {
      return thread.submit(builder::start).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  private static List<String> prefix(Path setpriv) {
    return Stream.concat(Stream.of(setpriv.toString()), WITH_PARENT.stream()).toList();
  }

  private static Optional<Path> setpriv() {
    return FOLDERS.stream()
        .map(folder -> folder.resolve("setpriv"))
        .filter(Files::isExecutable)
        .findFirst()
        .filter(ProcessStarter::works);
  }

  /// One of busybox does not know the option.
  private static boolean works(Path setpriv) {
    var command = new ArrayList<>(prefix(setpriv));
    command.add("true");
    try {
      var probe =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
