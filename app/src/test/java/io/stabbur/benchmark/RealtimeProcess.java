package io.stabbur.benchmark;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A whole Stabbur with its embedded Postgres in a process of its own, with the flags `./stabbur`
/// gives it, and what both use.
final class RealtimeProcess implements AutoCloseable {
  private static final long TICK_MICROS = 10_000;

  /// Absolute, since the server runs in another folder.
  private static final String CLASS_PATH =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));

  private static final String CONFIGURATION =
      """
      stabbur:
        connections: {most: 12000, per-address: 12000}
        gateway: {access-log: false}
        realtime: {refusal-delay: 0s, client-presence: 0, idle-timeout: 10m}
      """;

  private final Process process;
  private final Path data;
  private final JsonNode status;
  private final int port;

  private RealtimeProcess(Process process, Path data, JsonNode status, int port) {
    this.process = process;
    this.data = data;
    this.status = status;
    this.port = port;
  }

  static RealtimeProcess start() throws IOException, InterruptedException {
    int port = TestServer.freePort();
    var data = TestServer.newFolder();
    var configuration = Files.createTempFile("benchmark", ".yml");
    Files.writeString(configuration, CONFIGURATION);
    var out = Files.createTempFile("benchmark", ".out");
    var process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:+UseCompactObjectHeaders",
                    "-Xms64m",
                    "-Xmx512m",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    CLASS_PATH,
                    "io.stabbur.Application",
                    "up",
                    "--port",
                    String.valueOf(port),
                    "--data",
                    data.toString(),
                    "--config",
                    configuration.toString()))
            .directory(TestServer.repository().toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    while (!Files.readString(out).contains("Stabbur is ready")) {
      if (!process.isAlive()) {
        throw new IllegalStateException("the server ended: " + Files.readString(out));
      }
      Thread.sleep(100);
    }
    var status =
        Launched.run(TestServer.repository(), "status", "-o", "json", "--data", data.toString());
    return new RealtimeProcess(process, data, Json.parse(status.getValue()), port);
  }

  int port() {
    return port;
  }

  String setting(String name) {
    return Objects.requireNonNull(status.get(name), name).getStringValue();
  }

  Connection connect() throws SQLException {
    var uri = URI.create(setting("DB_URL"));
    var login = uri.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + uri.getPort() + "/postgres", login[0], login[1]);
  }

  /// Resident memory of the JVM in megabytes.
  long residentMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .sum();
  }

  /// Microseconds of processor time of the JVM so far.
  long processorTime() throws IOException {
    return time(String.valueOf(process.pid()), 11, 12);
  }

  /// Microseconds of processor time of Postgres so far, of processes that have ended as well.
  long databaseTime() throws IOException {
    var postmaster = Files.readAllLines(data.resolve("postgres/postmaster.pid")).getFirst().strip();
    long sum = time(postmaster, 11, 14);
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (var each : (Iterable<Path>) all::iterator) {
        var name = each.getFileName().toString();
        if (name.chars().allMatch(Character::isDigit) && postmaster.equals(parent(each))) {
          sum += time(name, 11, 12);
        }
      }
    }
    return sum;
  }

  private static String parent(Path process) {
    try {
      return fields(process).get(1);
    } catch (IOException e) {
      return "";
    }
  }

  private static List<String> fields(Path process) throws IOException {
    var stat = Files.readString(process.resolve("stat"), StandardCharsets.UTF_8);
    return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
  }

  private static long time(String pid, int first, int last) throws IOException {
    var fields = fields(Path.of("/proc", pid));
    long ticks = 0;
    for (int i = first; i <= last; i++) {
      ticks += Long.parseLong(fields.get(i));
    }
    return ticks * TICK_MICROS;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
