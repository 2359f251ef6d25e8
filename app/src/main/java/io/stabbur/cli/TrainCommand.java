package io.stabbur.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `stabbur train`: starts everything once on a throw-away folder as `stabbur up` does, asks each
/// API a little and stops. The JVM, told to, writes down what it loaded meanwhile, and later starts
/// are faster.
@Command(name = "train", hidden = true, description = "Run once for the class cache.")
final class TrainCommand implements Callable<Integer> {
  private static final int ROUNDS = 20;
  private static final Duration LOOK = Duration.ofMillis(100);

  @Option(names = "--data", required = true, description = "A folder to throw away.")
  Path data = Path.of("training");

  @Override
  public Integer call() throws IOException, InterruptedException {
    var folder = new DataFolder(data.toAbsolutePath().normalize());
    var running = started(folder);
    try (var client = HttpClient.newHttpClient()) {
      for (int round = 0; round < ROUNDS; round++) {
        for (var path :
            new String[] {
              "/health", "/metrics", "/rest/v1/", "/auth/v1/settings", "/storage/v1/bucket"
            }) {
          client.send(request(path, running), HttpResponse.BodyHandlers.discarding());
        }
      }
    }
    return 0;
  }

  /// What `up` wrote into its folder. It ends with this process.
  private Properties started(DataFolder folder) throws IOException, InterruptedException {
    var up =
        PlainStart.of("up", "--data", folder.path().toString(), "--port", freePort()).orElseThrow();
    var starting = new FutureTask<>(up);
    Thread.ofPlatform().daemon().name("up").start(starting);
    try {
      while (true) {
        var running = folder.load().filter(written -> written.containsKey("LOCAL_URL"));
        if (running.isPresent()) {
          return running.get();
        }
        if (starting.state() != Future.State.RUNNING) {
          throw new IllegalStateException("It ended with " + starting.get());
        }
        Thread.sleep(LOOK);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static String freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  private static HttpRequest request(String path, Properties running) {
    var key = running.getProperty("SERVICE_ROLE_KEY");
    return HttpRequest.newBuilder(URI.create(running.getProperty("LOCAL_URL")).resolve(path))
        .header("apikey", key)
        .header("Authorization", "Bearer " + key)
        .build();
  }
}
