package io.stabbur.benchmark;

import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A warm call of a function through Stabbur beside the same Deno alone, which listens on a port as
/// Stabbur does and on a unix socket, in turns, with what uses the processors meanwhile; then cold
/// starts beside those of a bare Deno ([FunctionStarts]).
final class FunctionsBenchmark {
  /// Which parts are measured.
  private static final Set<String> PARTS =
      Set.of(System.getProperty("functions.parts", "warm,starts").split(",", -1));

  private static final String CODE = "Deno.serve(() => new Response('hello'));";
  private static final int CALLS = Integer.getInteger("functions.calls", 3_000);
  private static final int CONNECTIONS = 16;
  private static final int ROUNDS = Integer.getInteger("functions.rounds", 3);
  private static final int WARM_ROUNDS = Integer.getInteger("functions.warm", 6);
  private static final Duration RUN =
      Duration.ofSeconds(Integer.getInteger("functions.seconds", 3));

  private static final ExecutorService CALLERS =
      Executors.newFixedThreadPool(
          CONNECTIONS, Thread.ofPlatform().daemon().name("callers-", 0).factory());

  private FunctionsBenchmark() {}

  static void run() throws IOException, InterruptedException {
    if (PARTS.contains("warm")) {
      warm();
    }
    if (PARTS.contains("starts")) {
      FunctionStarts.run();
    }
  }

  private static void warm() throws IOException, InterruptedException {
    var folder = TestServer.newFolder().resolve("supabase/functions");
    Files.createDirectories(folder.resolve("hello"));
    Files.writeString(folder.resolve("hello/index.ts"), CODE);
    Files.writeString(
        folder.resolveSibling("config.toml"), "[functions.hello]\nverify_jwt = false\n");
    try (var server =
        TestServer.measured(
            Map.of(
                "stabbur.functions.deno", Node.deno().toString(),
                "stabbur.functions.folder", folder.toString()))) {
      var socket = folder.resolve("alone.sock");
      int port = TestServer.freePort();
      var local = alone(folder, "unix:" + socket);
      var alone = alone(folder, "tcp:127.0.0.1:" + port);
      try {
        while (!Files.exists(socket) || !listens(port)) {
          Thread.sleep(20);
        }
        compare(server, port, socket);
      } finally {
        local.destroyForcibly();
        alone.destroyForcibly();
      }
    }
  }

  private static Process alone(Path folder, String address) throws IOException {
    var builder =
        new ProcessBuilder(
            Node.deno().toString(),
            "run",
            "-A",
            "--quiet",
            folder.resolve("hello/index.ts").toString());
    builder.environment().put("DENO_SERVE_ADDRESS", address);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static boolean listens(int port) {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void compare(TestServer server, int alonePort, Path socket)
      throws InterruptedException {
    int port = Integer.parseInt(server.url().substring(server.url().lastIndexOf(':') + 1));
    var through = new Target("Stabbur", () -> tcp(port, "/functions/v1/hello"));
    var others =
        List.of(
            new Target("alone", () -> tcp(alonePort, "/hello")),
            new Target(
                "alone, unix socket",
                () ->
                    new Caller(SocketChannel.open(UnixDomainSocketAddress.of(socket)), "/hello")));
    // a warm call is one of a server that has compiled what it runs
    for (int round = 0; round < WARM_ROUNDS; round++) {
      latencies(through);
      throughput(through);
    }
    for (var other : others) {
      latencies(other);
      throughput(other);
    }
    for (int round = 0; round < ROUNDS; round++) {
      var ours = measured(through);
      for (var other : others) {
        var theirs = measured(other);
        System.out.printf(
            Locale.ROOT,
            "  Stabbur to %s: %.3f ms more at p50, %.2f of the calls a second%n",
            other.name(),
            ours.p50() - theirs.p50(),
            ours.rate() / theirs.rate());
      }
    }
  }

  private static Caller tcp(int port, String path) throws IOException {
    return new Caller(new Socket(InetAddress.getLoopbackAddress(), port), path);
  }

  /// @param p50 of one connection, in milliseconds
  /// @param rate calls a second of all connections
  private record Figures(double p50, double rate) {}

  private static Figures measured(Target target) throws InterruptedException {
    var nanos = latencies(target);
    var before = ProcessorTimes.now();
    long began = System.nanoTime();
    long calls = throughput(target);
    double rate = calls * 1e9 / (System.nanoTime() - began);
    System.out.printf(
        Locale.ROOT,
        "%s: p50 %.3f, p99 %.3f ms; %d connections: %.0f/s, µs of processor time a call: %s%n",
        target.name(),
        nanos[CALLS / 2] / 1e6,
        nanos[CALLS * 99 / 100] / 1e6,
        CONNECTIONS,
        rate,
        ProcessorTimes.now().since(before, calls));
    return new Figures(nanos[CALLS / 2] / 1e6, rate);
  }

  /// What is measured, and how a connection to it is opened.
  private record Target(String name, Opener opener) {
    Caller open() throws IOException {
      return opener.open();
    }
  }

  private interface Opener {
    Caller open() throws IOException;
  }

  private static long[] latencies(Target target) {
    var nanos = new long[CALLS];
    try (var caller = target.open()) {
      for (int i = 0; i < CALLS; i++) {
        long began = System.nanoTime();
        caller.call();
        nanos[i] = System.nanoTime() - began;
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    Arrays.sort(nanos);
    return nanos;
  }

  /// How many calls all connections make in the time of a run.
  private static long throughput(Target target) throws InterruptedException {
    long end = System.nanoTime() + RUN.toNanos();
    // threads that stay, so that what they used can be asked for
    var connections = new ArrayList<Callable<Long>>();
    for (int i = 0; i < CONNECTIONS; i++) {
      connections.add(
          () -> {
            long calls = 0;
            try (var caller = target.open()) {
              while (System.nanoTime() < end) {
                caller.call();
                calls++;
              }
            }
            return calls;
          });
    }
    long all = 0;
    for (var each : CALLERS.invokeAll(connections)) {
      try {
        all += each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    return all;
  }

  /// One connection that is kept alive.
  private static final class Caller implements AutoCloseable {
    private final AutoCloseable connection;
    private final InputStream in;
    private final java.io.OutputStream out;
    private final byte[] request;

    Caller(Socket socket, String path) throws IOException {
      socket.setTcpNoDelay(true);
      connection = socket;
      in = socket.getInputStream();
      out = socket.getOutputStream();
      request = request(path);
    }

    Caller(SocketChannel channel, String path) {
      connection = channel;
      in = Channels.newInputStream(channel);
      out = Channels.newOutputStream(channel);
      request = request(path);
    }

    private static byte[] request(String path) {
      return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);
    }

    void call() throws IOException {
      out.write(request);
      var buffer = new byte[4096];
      int count = 0;
      while (count < 5
          || !new String(buffer, count - 5, 5, StandardCharsets.US_ASCII).equals("hello")) {
        int more = in.read(buffer, count, buffer.length - count);
        if (more < 0) {
          throw new IOException(
              "closed after " + new String(buffer, 0, count, StandardCharsets.US_ASCII));
        }
        count += more;
      }
    }

    @Override
    public void close() throws IOException {
      try {
        connection.close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
