package io.stabbur.benchmark;

import io.stabbur.functions.Functions;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Many functions on one server: what functions cost that nobody calls, calls beside an open
/// stream, and twenty functions alone and beside hostile ones.
final class FunctionCrowdBenchmark {
  /// Which parts are measured.
  private static final Set<String> PARTS =
      Set.of(System.getProperty("functions.parts", "stream,hostile,idle").split(",", -1));

  private static final int IDLE = 50;
  private static final int GOOD = 20;
  private static final int AT_ONCE = 50;
  private static final int ROUNDS = 20;
  private static final Duration RUN = Duration.ofSeconds(15);
  private static final String SERVE = "Deno.serve(() => new Response('hello'));";

  private static final String STREAM =
      """
      Deno.serve((request) => {
        if (!request.url.endsWith("?open")) return new Response("hello");
        return new Response(new ReadableStream({
          async pull(controller) {
            await new Promise((resolve) => setTimeout(resolve, 100));
            controller.enqueue(new Uint8Array(1));
          },
        }));
      });
      """;

  private static final Map<String, String> HOSTILE =
      Map.of(
          "loop", "Deno.serve(() => { for (;;); });",
          "heap",
              "Deno.serve(() => { const all = []; for (;;) all.push(new Array(1e4).fill({})); });",
          "buffers",
              "Deno.serve(async () => { const all = []; for (let i = 0; i < 100; i++) {"
                  + " all.push(new Uint8Array(10 << 20).fill(1)); await new Promise(r =>"
                  + " setTimeout(r, 5)); } return new Response('1 GB'); });",
          "line",
              "Deno.serve(() => { console.log('x'.repeat(10 << 20)); return new Response(''); });",
          "exits", "Deno.serve(() => Deno.exit(0));",
          "rejects",
              "Deno.serve(() => { Promise.reject(new Error('late')); return new Promise(() => {});"
                  + " });",
          "silent", "Deno.serve(() => new Promise(() => {}));");

  private final TestServer server;
  private final HttpClient client =
      HttpClient.newBuilder().executor(Executors.newVirtualThreadPerTaskExecutor()).build();

  private FunctionCrowdBenchmark(TestServer server) {
    this.server = server;
  }

  static void run() throws IOException, InterruptedException {
    var folder = TestServer.newFolder().resolve("supabase/functions");
    var config = new StringBuilder();
    for (int i = 0; i < GOOD; i++) {
      write(folder, config, "good" + i, SERVE);
    }
    write(folder, config, "streams", STREAM);
    for (var each : HOSTILE.entrySet()) {
      write(folder, config, each.getKey(), each.getValue());
    }
    Files.writeString(folder.resolveSibling("config.toml"), config);
    try (var server =
        TestServer.measured(
            Map.of(
                "stabbur.functions.deno",
                Node.deno().toString(),
                "stabbur.functions.folder",
                folder.toString(),
                "stabbur.functions.memory",
                128,
                "stabbur.functions.response-timeout",
                "9s"))) {
      var crowd = new FunctionCrowdBenchmark(server);
      if (PARTS.contains("stream")) {
        crowd.stream();
      }
      if (PARTS.contains("hostile")) {
        crowd.hostile();
      }
      if (PARTS.contains("idle")) {
        crowd.idle();
      }
    }
  }

  private static void write(Path folder, StringBuilder config, String name, String code)
      throws IOException {
    Files.createDirectories(folder.resolve(name));
    Files.writeString(folder.resolve(name).resolve("index.ts"), code);
    config.append("[functions.%s]%nverify_jwt = false%n".formatted(name));
  }

  private int call(String name) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(server.url() + "/functions/v1/" + name));
    return client.send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private void deploy(String name, String code) {
    var _ =
        server
            .bean(Functions.class)
            .deploy(
                server.project(),
                name,
                new Functions.NewCode(
                    Map.of("index.ts", code.getBytes(StandardCharsets.UTF_8)),
                    "index.ts",
                    null,
                    List.of(),
                    null,
                    false),
                Functions.Use.AT_ONCE);
  }

  /// Case F6 of the contract: calls at once of a function that has a stream open.
  private void stream() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(server.url() + "/functions/v1/streams?open"));
    try (var body = client.send(request.build(), BodyHandlers.ofInputStream()).body();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var _ = body.read();
      var all = new ArrayList<Long>();
      for (int round = 0; round < ROUNDS; round++) {
        Callable<Long> call = () -> timed("streams");
        for (var each : threads.invokeAll(Collections.nCopies(AT_ONCE, call))) {
          all.add(each.get());
        }
      }
      var sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
      print("50 calls at once beside an open stream", sorted);
      System.out.printf(Locale.ROOT, "p95: %.1f ms%n", percentile(sorted, 95));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void hostile() throws InterruptedException {
    good(Duration.ofSeconds(5));
    var quiet = good(RUN);
    var codes = new ConcurrentHashMap<String, AtomicInteger>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var attackers = new ArrayList<java.util.concurrent.Future<Void>>();
      for (var name : HOSTILE.keySet()) {
        attackers.add(
            threads.submit(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    codes
                        .computeIfAbsent(name + " " + call(name), _ -> new AtomicInteger())
                        .incrementAndGet();
                  }
                  return null;
                }));
      }
      var beside = good(RUN);
      attackers.forEach(attacker -> attacker.cancel(true));
      print("20 functions alone", quiet);
      print("beside hostile ones", beside);
      System.out.printf(
          Locale.ROOT, "p99: %.1f times%n", percentile(beside, 99) / percentile(quiet, 99));
      System.out.println("hostile calls: " + new TreeMap<>(codes));
    }
  }

  /// Each of twenty functions is called twenty times a second.
  private long[] good(Duration time) throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<List<Long>>>();
      for (int i = 0; i < GOOD; i++) {
        var name = "good" + i;
        calls.add(() -> paced(name, time));
      }
      var all = new ArrayList<Long>();
      for (var each : threads.invokeAll(calls)) {
        all.addAll(each.get());
      }
      return all.stream().mapToLong(Long::longValue).sorted().toArray();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Long> paced(String name, Duration time) throws IOException, InterruptedException {
    var nanos = new ArrayList<Long>();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      nanos.add(timed(name));
      Thread.sleep(50);
    }
    return nanos;
  }

  /// Nanoseconds of a call; ten seconds for one that failed.
  private long timed(String name) throws IOException, InterruptedException {
    long began = System.nanoTime();
    int status = call(name);
    return status == 200 ? System.nanoTime() - began : Duration.ofSeconds(10).toNanos();
  }

  private static double percentile(long[] sorted, int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
  }

  private static void print(String what, long[] sorted) {
    System.out.printf(
        Locale.ROOT,
        "%s: %d calls, p50 %.2f, p99 %.2f, max %.1f ms%n",
        what,
        sorted.length,
        percentile(sorted, 50),
        percentile(sorted, 99),
        percentile(sorted, 100));
  }

  /// What is known of functions that nobody calls: no process, and this much of the heap.
  private void idle() throws InterruptedException {
    deploy("warm", SERVE);
    long before = used();
    long processes = denos();
    for (int i = 0; i < IDLE; i++) {
      deploy("idle" + i, SERVE);
    }
    System.out.printf(
        Locale.ROOT,
        "%d deployed functions that nobody calls: %d processes more, %.3f MB of heap each%n",
        IDLE,
        Math.max(0, denos() - processes),
        Math.max(0, used() - before) / 1e6 / IDLE);
  }

  private static long denos() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("deno"))
        .count();
  }

  private static long used() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(200);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
