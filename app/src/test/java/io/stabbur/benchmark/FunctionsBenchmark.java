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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A warm call of a function through Stabbur beside the same Deno alone, in turns, with what uses
/// the processors meanwhile.
final class FunctionsBenchmark {
  private static final String CODE = "Deno.serve(() => new Response('hello'));";
  private static final int CALLS = Integer.getInteger("functions.calls", 3_000);
  private static final int CONNECTIONS = 16;
  private static final int ROUNDS = Integer.getInteger("functions.rounds", 3);
  private static final int WARM_ROUNDS = Integer.getInteger("functions.warm", 6);

  private static final ExecutorService CALLERS =
      Executors.newFixedThreadPool(
          CONNECTIONS, Thread.ofPlatform().daemon().name("callers-", 0).factory());

  private FunctionsBenchmark() {}

  static void run() throws IOException, InterruptedException {
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
      var alone = alone(folder, socket);
      try {
        while (!Files.exists(socket)) {
          Thread.sleep(20);
        }
        compare(server, socket);
      } finally {
        alone.destroyForcibly();
      }
    }
  }

  private static Process alone(Path folder, Path socket) throws IOException {
    var builder =
        new ProcessBuilder(
            Node.deno().toString(),
            "run",
            "-A",
            "--quiet",
            folder.resolve("hello/index.ts").toString());
    builder.environment().put("DENO_SERVE_ADDRESS", "unix:" + socket);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void compare(TestServer server, Path socket) throws InterruptedException {
    int port = Integer.parseInt(server.url().substring(server.url().lastIndexOf(':') + 1));
    Target through =
        () -> new Caller(new Socket(InetAddress.getLoopbackAddress(), port), "/functions/v1/hello");
    Target direct =
        () -> new Caller(SocketChannel.open(UnixDomainSocketAddress.of(socket)), "/hello");
    // a warm call is one of a server that has compiled what it runs
    for (int round = 0; round < WARM_ROUNDS; round++) {
      latencies(through);
      latencies(direct);
      throughput(through);
    }
    for (int round = 0; round < ROUNDS; round++) {
      var a = latencies(through);
      var b = latencies(direct);
      var before = ProcessorTimes.now();
      double one = throughput(through);
      var between = ProcessorTimes.now();
      double other = throughput(direct);
      var after = ProcessorTimes.now();
      System.out.printf(
          "µs of processor time a call through Stabbur: %s%nalone: %s%n",
          between.since(before, CALLS * 4L), after.since(between, CALLS * 4L));
      System.out.printf(
          Locale.ROOT,
          "p50 %.3f ms, alone %.3f ms: %.3f ms more; p99 %.3f and %.3f ms;"
              + " %d connections: %.0f/s, alone %.0f/s: %.2f%n",
          a[CALLS / 2] / 1e6,
          b[CALLS / 2] / 1e6,
          (a[CALLS / 2] - b[CALLS / 2]) / 1e6,
          a[CALLS * 99 / 100] / 1e6,
          b[CALLS * 99 / 100] / 1e6,
          CONNECTIONS,
          one,
          other,
          one / other);
    }
  }

  /// Opens a connection to what is measured.
  private interface Target {
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

  private static double throughput(Target target) throws InterruptedException {
    var left = new AtomicInteger(CALLS * 4);
    long began = System.nanoTime();
    // threads that stay, so that what they used can be asked for
    var connections = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < CONNECTIONS; i++) {
      connections.add(
          () -> {
            try (var caller = target.open()) {
              while (left.decrementAndGet() >= 0) {
                caller.call();
              }
            }
            return true;
          });
    }
    for (var each : CALLERS.invokeAll(connections)) {
      try {
        var _ = each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    return CALLS * 4 / ((System.nanoTime() - began) / 1e9);
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
