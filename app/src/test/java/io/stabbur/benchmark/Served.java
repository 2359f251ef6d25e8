package io.stabbur.benchmark;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// The data API of one database in a process of its own, with the flags `./stabbur` gives it, and
/// what that process used.
final class Served implements AutoCloseable {
  /// A clock tick of `/proc` in microseconds.
  private static final long TICK = 10_000;

  private final Process process;
  private final int port;
  private final JMXConnector connector;
  private final ThreadMXBean threads;

  private Served(Process process, int port, JMXConnector connector, ThreadMXBean threads) {
    this.process = process;
    this.port = port;
    this.connector = connector;
    this.threads = threads;
  }

  /// @param configuration a PostgREST configuration without `server-port`
  static Served start(String configuration) throws IOException, InterruptedException {
    int port = TestServer.freePort();
    var file = Files.createTempFile("benchmark", ".conf");
    Files.writeString(file, configuration + "server-port = " + port + "\n");
    var log = Files.createTempFile("benchmark", ".log");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xms64m",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.stabbur.Application",
                "serve",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      awaitReady(process, port, log);
      var connector = connect(agent(process.pid()));
      var threads =
          ManagementFactory.newPlatformMXBeanProxy(
              connector.getMBeanServerConnection(),
              ManagementFactory.THREAD_MXBEAN_NAME,
              ThreadMXBean.class);
      return new Served(process, port, connector, threads);
    } catch (IOException | RuntimeException | InterruptedException e) {
      process.destroy();
      throw e;
    } finally {
      Files.delete(file);
    }
  }

  private static void awaitReady(Process process, int port, Path log)
      throws IOException, InterruptedException {
    var root = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build();
    try (var client = HttpClient.newHttpClient()) {
      while (process.isAlive()) {
        try {
          client.send(root, HttpResponse.BodyHandlers.discarding());
          return;
        } catch (IOException e) {
          Thread.sleep(50);
        }
      }
    }
    throw new IllegalStateException("the server ended: " + Files.readString(log));
  }

  /// The address is that of the agent just started in our own child.
  @SuppressWarnings("BanJNDI")
  private static JMXConnector connect(JMXServiceURL address) throws IOException {
    return JMXConnectorFactory.connect(address);
  }

  private static JMXServiceURL agent(long pid) throws IOException {
    try {
      var machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return new JMXServiceURL(machine.startLocalManagementAgent());
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException(e);
    }
  }

  int port() {
    return port;
  }

  /// Microseconds of processor time the process has used.
  long processorTime() throws IOException {
    var stat =
        Files.readString(
            Path.of("/proc", Long.toString(process.pid()), "stat"), StandardCharsets.UTF_8);
    var fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) * TICK;
  }

  /// Bytes its threads have allocated.
  long allocated() {
    return threads.getTotalThreadAllocatedBytes();
  }

  @Override
  public void close() throws IOException {
    connector.close();
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
