package io.stabbur.benchmark;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// From `./stabbur up` to the first 200 of `/health`, on a new data folder and on one that is
/// there, and the memory of process and Postgres after a quiet while.
final class StartBenchmark {
  private static final int RUNS = 5;
  private static final long QUIET_MILLIS = 5_000;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private StartBenchmark() {}

  static void run() throws IOException, InterruptedException {
    // the first of all builds the program if it has to, and warms the disk's cache
    measure(TestServer.newFolder());
    var first = new ArrayList<Start>();
    var later = new ArrayList<Start>();
    for (int run = 0; run < RUNS; run++) {
      var folder = TestServer.newFolder();
      first.add(measure(folder));
      later.add(measure(folder));
    }
    System.out.println("              ready after s       idle memory MB");
    System.out.println("             median  slowest    process  Postgres");
    print("first start", first);
    print("later start", later);
  }

  /// @param seconds until the first 200
  /// @param process resident memory of the JVM in MB
  /// @param postgres memory of all Postgres processes in MB, what they share counted once
  private record Start(double seconds, double process, double postgres) {}

  private static void print(String name, List<Start> starts) {
    System.out.printf(
        "%s  %7.2f  %7.2f  %9.0f  %8.0f%n",
        name,
        median(starts.stream().map(Start::seconds).toList()),
        Collections.max(starts.stream().map(Start::seconds).toList()),
        median(starts.stream().map(Start::process).toList()),
        median(starts.stream().map(Start::postgres).toList()));
  }

  private static double median(List<Double> numbers) {
    return numbers.stream().sorted().skip(numbers.size() / 2).findFirst().orElse(Double.NaN);
  }

  private static Start measure(Path folder) throws IOException, InterruptedException {
    int port = TestServer.freePort();
    var log = folder.resolveSibling(folder.getFileName() + ".log").toFile();
    long begin = System.nanoTime();
    var process =
        new ProcessBuilder(
                TestServer.repository().resolve("stabbur").toString(),
                "up",
                "--port",
                Integer.toString(port),
                "--data",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    try {
      var health = URI.create("http://127.0.0.1:" + port + "/health");
      while (status(health) != 200) {
        if (!process.isAlive()) {
          throw new IllegalStateException("it ended: " + Files.readString(log.toPath()));
        }
        Thread.sleep(5);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      Thread.sleep(QUIET_MILLIS);
      return new Start(
          seconds,
          memory(process.toHandle(), "status", "VmRSS:"),
          process.descendants().mapToDouble(each -> memory(each, "smaps_rollup", "Pss:")).sum());
    } finally {
      process.destroy();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static int status(URI uri) throws InterruptedException {
    try {
      return CLIENT
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /// One line of a process's file below `/proc`, given there in kB; 0 for a process that has ended.
  private static double memory(ProcessHandle process, String file, String name) {
    var line = line(Path.of("/proc", Long.toString(process.pid()), file), name);
    return line == null ? 0 : Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
  }

  private static @Nullable String line(Path file, String name) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(name))
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }
}
