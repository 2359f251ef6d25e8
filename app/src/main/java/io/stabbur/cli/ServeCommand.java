package io.stabbur.cli;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.http.Shutdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `stabbur serve CONF`: only the data API, at the root path, on the database a PostgREST
/// configuration file names.
@Command(
    name = "serve",
    description = "Serve one database's data API at the root path, from a PostgREST configuration.",
    hidden = true)
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  @Parameters(paramLabel = "CONF", description = "A PostgREST configuration file.")
  Path configuration = Path.of("postgrest.conf");

  @Override
  public Integer call() throws InterruptedException {
    var scratch = scratchFolder();
    var file = PostgrestFile.read(configuration, System.getenv());
    file.unknown().forEach(key -> System.err.printf("stabbur: %s has no effect here.%n", key));
    var context =
        ApplicationContext.builder()
            .properties(file.properties(scratch))
            .eagerInitConfiguration(true)
            .build();
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  // what did not start has nothing under way
                  if (context.isRunning()) {
                    context.findBean(Shutdown.class).ifPresent(Shutdown::run);
                  }
                  context.close();
                  forget(scratch);
                  stopped.countDown();
                },
                "stop"));
    context.start();
    context.getBean(EmbeddedServer.class).start();
    stopped.await();
    return 0;
  }

  /// Keys are made for the run and forgotten with it.
  private static Path scratchFolder() {
    try {
      return Files.createTempDirectory("stabbur-serve");
    } catch (IOException e) {
      throw new StartFailure("No temporary folder can be made; check the disk.", e);
    }
  }

  /// Deepest first, so that every folder is empty when its turn comes.
  private static void forget(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.warn("{} could not be removed: {}", folder, e.toString());
    }
  }
}
