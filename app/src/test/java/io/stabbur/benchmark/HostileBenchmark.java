package io.stabbur.benchmark;

import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// One member with 30 connections that read six levels deep, beside 16 ordinary callers of another
/// organisation that read one row each: their slowest requests alone and beside the hostile member,
/// and whether the server is ready meanwhile.
final class HostileBenchmark {
  private static final int ORDINARY = 16;
  private static final int HOSTILE = 30;
  private static final int ROWS = 200_000;
  private static final int ORGANIZATIONS = 50;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration RUN = Duration.ofSeconds(15);

  private final int port;
  private final int operators;
  private final Map<Integer, AtomicInteger> hostileAnswers = new ConcurrentSkipListMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger notReady = new AtomicInteger();
  private volatile boolean stopped;

  private HostileBenchmark(int port, int operators) {
    this.port = port;
    this.operators = operators;
  }

  static void run() throws IOException, InterruptedException {
    int operators = TestServer.freePort();
    var database = DataBenchmark.prepared();
    var admin = "admin-server-port = %d%n".formatted(operators);
    try (var server = Served.start(database.configuration() + admin)) {
      new HostileBenchmark(server.port(), operators).measure();
    }
  }

  private void measure() throws IOException, InterruptedException {
    Load.run(port, ORDINARY, ordinary(), WARM_UP);
    System.out.println("                 requests/s   p50 ms   p99 ms   max ms   no 2xx");
    var quiet = Load.run(port, ORDINARY, ordinary(), RUN);
    print("alone", quiet);
    Load.Result beside;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      attack(threads);
      Thread.sleep(Duration.ofSeconds(2));
      beside = Load.run(port, ORDINARY, ordinary(), RUN);
      stopped = true;
    }
    print("beside hostile", beside);
    System.out.printf(
        Locale.ROOT,
        "p99 %.1f x alone; hostile answers by status %s; not ready %d of %d times%n",
        beside.latencies().millis(0.99) / quiet.latencies().millis(0.99),
        hostileAnswers,
        notReady.get(),
        asked.get());
  }

  private static void print(String what, Load.Result result) {
    var latencies = result.latencies();
    System.out.printf(
        Locale.ROOT,
        "%-16s %10d %8.2f %8.2f %8.1f %8d%n",
        what,
        latencies.count() / RUN.toSeconds(),
        latencies.millis(0.5),
        latencies.millis(0.99),
        latencies.millis(1),
        result.refused());
  }

  private void attack(ExecutorService threads) {
    for (int i = 0; i < HOSTILE; i++) {
      threads.execute(() -> repeat(hostile(), this::count));
    }
    var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + operators + "/ready"));
    threads.execute(
        () ->
            repeat(
                ready.build(),
                status -> {
                  asked.incrementAndGet();
                  notReady.addAndGet(status == 200 ? 0 : 1);
                  pause();
                }));
  }

  private void count(int status) {
    hostileAnswers.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
    if (status == 429) {
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(250);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What a caller does with each status.
  private interface Answered {
    void status(int status);
  }

  private void repeat(HttpRequest request, Answered answered) {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      while (!stopped) {
        answered.status(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
      }
    } catch (IOException e) {
      answered.status(0);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A person with 40 activities, each with its person and 40 activities of theirs, and once more.
  private HttpRequest hostile() {
    var path =
        "/users?limit=1&select=id,activities(id,users(id,activities(id,users(id,activities(id,users(id))))))"
            + "&activities.limit=40&activities.users.activities.limit=40"
            + "&activities.users.activities.users.activities.limit=40";
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Authorization", "Bearer " + token(0, 0))
        .build();
  }

  /// One row each, for 16 people of organisation 1.
  private static List<byte[]> ordinary() {
    var requests = new ArrayList<byte[]>();
    for (int i = 0; i < 4000; i++) {
      int row = (i * 7919 % (ROWS / ORGANIZATIONS)) * ORGANIZATIONS + 1;
      var token = token(1, ORGANIZATIONS * (i % ORDINARY) + 1);
      var request =
          "GET /activities?id=eq.%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(Scene.id("8000", row), token);
      requests.add(request.getBytes(StandardCharsets.US_ASCII));
    }
    return requests;
  }

  private static String token(int organization, int person) {
    var claims =
        "{\"role\":\"bench_member\",\"sub\":\"%s\",\"organization_id\":\"%s\"}"
            .formatted(Scene.id("9000", person), Scene.id("a000", organization));
    return Tokens.signed(Scene.SECRET, "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims);
  }
}
