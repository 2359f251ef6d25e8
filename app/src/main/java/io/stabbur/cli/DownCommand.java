package io.stabbur.cli;

import io.stabbur.platform.error.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `stabbur down`: asks the running process to stop and waits until it has.
@Command(name = "down", description = "Stop what `up` started.")
final class DownCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Option(
      names = "--data",
      description = "The data folder given to `up` (default ${DEFAULT-VALUE}).")
  Path data = Path.of("data");

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    var running = new DataFolder(data.toAbsolutePath().normalize()).running();
    if (running.isEmpty()) {
      System.out.println("Stabbur is not running on " + data + ".");
      return 0;
    }
    var process = DataFolder.process(running.get()).orElseThrow();
    process.destroy();
    try {
      process.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new StartFailure(
          "Process %d has not stopped after %d s; look at its log before you end it."
              .formatted(process.pid(), LIMIT.toSeconds()),
          e);
    }
    System.out.println("Stopped.");
    return 0;
  }
}
