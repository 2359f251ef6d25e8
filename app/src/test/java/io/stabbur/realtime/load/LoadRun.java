package io.stabbur.realtime.load;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Measures sockets once, by hand: `LoadRun server` in one JVM prints what `LoadRun client` in
/// another needs as its arguments. Memory is that of the server's process.
public final class LoadRun {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String FILLER = "x".repeat(100);

  private LoadRun() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments[0].equals("server")) {
      server();
    } else {
      client(arguments);
    }
  }

  private static void server() throws IOException {
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.connections.most", 50_000, "stabbur.connections.per-address", 50_000))) {
      System.out.printf(
          "client %s %s %d%n",
          server.url(), server.project().keys().anonKey().reveal(), ProcessHandle.current().pid());
      System.out.flush();
      var _ = System.in.read();
    }
  }

  private static void client(String[] arguments) throws IOException, InterruptedException {
    var url = URI.create(arguments[1]);
    long pid = Long.parseLong(arguments[3]);
    int idle = Integer.parseInt(arguments[4]);
    int rooms = Integer.parseInt(arguments[5]);
    System.out.println("resident before: " + resident(pid) + " kB");
    try (var load = new SocketLoad(url.getHost(), url.getPort(), arguments[2])) {
      load.open(idle, 200, number -> "realtime:idle" + number, LIMIT);
      Thread.sleep(3000);
      System.out.println(idle + " idle sockets: " + resident(pid) + " kB");
      long start = System.nanoTime();
      load.heartbeats();
      while (load.received() < idle) {
        Thread.sleep(1);
      }
      System.out.println("heartbeats of all: " + millis(System.nanoTime() - start) + " ms");
    }
    try (var load = new SocketLoad(url.getHost(), url.getPort(), arguments[2])) {
      load.open(rooms * 6, 200, number -> "realtime:room" + number / 6, LIMIT);
      for (int round = 1; round <= 10; round++) {
        round(load, rooms, rooms * 30L, round);
      }
    }
  }

  /// Each socket sends one message to its room of six, all within a second.
  private static void round(SocketLoad load, int rooms, long expected, int number)
      throws InterruptedException {
    long before = load.received();
    load.takeLatencies();
    long start = System.nanoTime();
    for (int socket = 0; socket < rooms * 6; socket++) {
      load.broadcast(socket, "realtime:room" + socket / 6, FILLER);
      long due = start + (long) (socket * 1e9 / (rooms * 6.0));
      while (System.nanoTime() < due - 200_000) {
        Thread.sleep(1);
      }
    }
    while (load.received() - before < expected && System.nanoTime() - start < 20e9) {
      Thread.sleep(2);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    var latencies = load.takeLatencies();
    System.out.printf(
        "round %d: %d of %d deliveries in %.2f s = %.0f/s, p50 %s ms, p95 %s ms, p99 %s ms%n",
        number,
        load.received() - before,
        expected,
        seconds,
        (load.received() - before) / seconds,
        at(latencies, 0.5),
        at(latencies, 0.95),
        at(latencies, 0.99));
  }

  private static String at(List<Long> sorted, double part) {
    return sorted.isEmpty() ? "-" : millis(sorted.get((int) (sorted.size() * part)));
  }

  private static String millis(long nanos) {
    return "%.1f".formatted(nanos / 1e6);
  }

  private static long resident(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
