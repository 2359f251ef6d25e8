package io.stabbur.benchmark;

import io.stabbur.functions.Functions;
import io.stabbur.functions.supervise.Supervisors;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Cold starts of a function that imports supabase-js, in turns: of the program alone in a bare
/// Deno, of a function in the folder of a development server, and of a deployed version, the first
/// time and again. Each is the time from the start or the call to the answer.
final class FunctionStarts {
  private static final int ROUNDS = Integer.getInteger("functions.starts", 25);

  /// What is not counted: the server has not compiled what it runs.
  private static final int WARM_ROUNDS = 5;

  private static final int CALM_MILLIS = 500;

  private static final String IMPORT =
      "import { createClient } from 'npm:@supabase/supabase-js@2';";
  private static final String SERVED =
      IMPORT + " Deno.serve(() => new Response(typeof createClient));";
  private static final String ALONE =
      IMPORT
          + " Deno.serve({ path: Deno.args[0], onListen: () => console.log('listens') },"
          + " () => new Response(typeof createClient));";
  private static final String ANSWER = "function";

  private final TestServer server;
  private final Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, double[]> millis = new LinkedHashMap<>();

  private FunctionStarts(TestServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  static void run() throws IOException, InterruptedException {
    var folder = TestServer.newFolder().resolve("supabase/functions");
    Files.createDirectories(folder.resolve("folder"));
    Files.writeString(folder.resolve("folder/index.ts"), SERVED);
    Files.writeString(
        folder.resolveSibling("config.toml"), "[functions.folder]\nverify_jwt = false\n");
    var alone = Files.createDirectories(folder.resolveSibling("alone"));
    Files.writeString(alone.resolve("index.ts"), ALONE);
    Files.writeString(alone.resolve("deno.json"), "{}");
    // each call begins without a process
    try (var server =
        TestServer.measured(
            Map.of(
                "stabbur.functions.deno", Node.deno().toString(),
                "stabbur.functions.folder", folder.toString(),
                "stabbur.functions.idle-after", "100ms"))) {
      new FunctionStarts(server, alone).measure();
    }
  }

  private void measure() throws IOException, InterruptedException {
    for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
      deploy();
      Thread.sleep(CALM_MILLIS);
      put(round, "bare Deno", alone());
      put(round, "function of the folder", call("folder"));
      put(round, "deployed version, first call", call("deployed"));
      put(round, "deployed version, again", call("deployed"));
    }
    var bare = millis.values().iterator().next();
    millis.forEach((name, each) -> print(name, each, bare));
  }

  private void put(int round, String name, double measured) {
    if (round >= 0) {
      millis.computeIfAbsent(name, _ -> new double[ROUNDS])[round] = measured;
    }
  }

  private static void print(String name, double[] millis, double[] bare) {
    var more = new double[ROUNDS];
    Arrays.setAll(more, round -> millis[round] - bare[round]);
    System.out.printf(
        Locale.ROOT,
        "cold start, %s: min %.1f, median %.1f, max %.1f ms; %.1f ms more than bare (median)%n",
        name,
        part(millis, 0),
        part(millis, 0.5),
        part(millis, 1),
        part(more, 0.5));
  }

  private static double part(double[] numbers, double part) {
    return Arrays.stream(numbers)
        .sorted()
        .skip((long) (part * (numbers.length - 1)))
        .findFirst()
        .orElseThrow();
  }

  private void deploy() {
    var _ =
        server
            .bean(Functions.class)
            .deploy(
                server.project(),
                "deployed",
                new Functions.NewCode(
                    Map.of("index.ts", SERVED.getBytes(StandardCharsets.UTF_8)),
                    "index.ts",
                    null,
                    List.of(),
                    null,
                    false),
                Functions.Use.AT_ONCE);
  }

  /// Milliseconds of a call that starts a process, which has ended when this returns.
  private double call(String name) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(server.url() + "/functions/v1/" + name));
    long began = System.nanoTime();
    var response = client.send(request.build(), BodyHandlers.ofString());
    double millis = (System.nanoTime() - began) / 1e6;
    if (response.statusCode() != 200 || !response.body().equals(ANSWER)) {
      throw new IllegalStateException(name + " answered " + response.statusCode());
    }
    var processes = server.bean(Supervisors.class).of(server.project());
    while (processes.running() > 0) {
      Thread.sleep(20);
    }
    // what is written of the call is written by then
    Thread.sleep(CALM_MILLIS);
    return millis;
  }

  /// The same of a Deno that tells when it listens, with what it imports in a cache of its own.
  private double alone() throws IOException {
    var socket = folder.resolve("alone.sock");
    Files.deleteIfExists(socket);
    var command =
        new ArrayList<>(
            List.of(Node.deno().toString(), "run", "-A", "--quiet", "--no-check", "index.ts"));
    command.add(socket.toString());
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("DENO_DIR", folder.resolve("cache").toString());
    builder.environment().put("DENO_NO_UPDATE_CHECK", "1");
    long began = System.nanoTime();
    var process = builder.start();
    try (var output = process.inputReader()) {
      var line = output.readLine();
      if (!"listens".equals(line)) {
        throw new IllegalStateException("Deno wrote " + line);
      }
      request(socket);
      return (System.nanoTime() - began) / 1e6;
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  private static void request(Path socket) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(
          ByteBuffer.wrap(
              "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      var bytes = ByteBuffer.allocate(4096);
      while (!new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII)
          .endsWith(ANSWER)) {
        if (channel.read(bytes) < 0) {
          throw new IOException("the bare Deno did not answer");
        }
      }
    }
  }
}
