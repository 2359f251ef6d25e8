package io.stabbur.domain;

import io.stabbur.testing.Http;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Steady requests and slow resumable uploads, sent in turns to those of several processes whose
/// readiness check was answered with 200 a moment ago, as a load balancer does.
final class RollingTraffic implements AutoCloseable {
  private static final Duration CHECK = Duration.ofMillis(200);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int MOST = 1_000;
  private static final int UPLOADERS = 4;
  private static final int PIECE = 3 << 20;
  private static final int PIECES = 3;

  /// Those of tus-js-client.
  private static final List<Duration> RETRY_DELAYS =
      Stream.of(0, 1, 3, 5).map(Duration::ofSeconds).toList();

  private final List<Integer> ports;
  private final String key;
  private final int rate;
  private final Duration rise;
  private final Set<Integer> ready = new ConcurrentSkipListSet<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Queue<String> resumed = new ConcurrentLinkedQueue<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger pieces = new AtomicInteger();
  private final AtomicInteger uploads = new AtomicInteger();
  private final Semaphore room = new Semaphore(MOST);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean ended;
  private volatile long seconds;

  /// @param rate requests a second
  /// @param rise how long the rate takes to get there, since all processes have just been started
  RollingTraffic(List<Integer> ports, String key, int rate, Duration rise) {
    this.ports = ports;
    this.key = key;
    this.rate = rate;
    this.rise = rise;
  }

  void begin() {
    for (int port : ports) {
      check(port);
      var _ = threads.submit(() -> repeat(() -> check(port), CHECK));
    }
    var _ = threads.submit(this::pace);
    for (int each = 0; each < UPLOADERS; each++) {
      var random = new Random(each);
      var _ = threads.submit(() -> repeat(() -> upload(random), Duration.ZERO));
    }
  }

  /// As many requests as are due by the clock, whatever a pause really takes.
  private void pace() {
    long began = System.nanoTime();
    long due = 0;
    while (!ended) {
      for (long now = due(System.nanoTime() - began); due < now; due++) {
        threads.execute(this::request);
      }
      pause(Duration.ofMillis(2));
    }
    seconds = (System.nanoTime() - began) / SECOND;
  }

  /// How many are due this long after the begin, in nanoseconds.
  private long due(long nanos) {
    double risen = Math.min(1.0, (double) nanos / rise.toNanos());
    double full = Math.max(0, nanos - rise.toNanos());
    return (long) ((risen * risen * rise.toNanos() / 2 + full) * rate / SECOND);
  }

  private void repeat(Runnable work, Duration pause) {
    while (!ended) {
      try {
        work.run();
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        failures.add(e.toString());
      }
    }
  }

  private void check(int port) {
    try {
      if (Http.get(address(port) + "/health/readiness").statusCode() == 200) {
        ready.add(port);
        return;
      }
    } catch (java.io.UncheckedIOException e) {
      // nobody listens
    }
    ready.remove(port);
  }

  boolean isReady(int port) {
    return ready.contains(port);
  }

  private static String address(int port) {
    return "http://127.0.0.1:" + port;
  }

  private String next() {
    var now = List.copyOf(ready);
    if (now.isEmpty()) {
      throw new IllegalStateException("nobody is ready");
    }
    return address(now.get(Math.floorMod(turn.getAndIncrement(), now.size())));
  }

  private void request() {
    if (!room.tryAcquire()) {
      failures.add(MOST + " requests are under way");
      return;
    }
    try {
      int number = sent.incrementAndGet();
      switch (number % 3) {
        case 0 -> send("GET", "/rest/v1/rolled?select=id&limit=3", BodyPublishers.noBody(), 200);
        case 1 ->
            send(
                "POST",
                "/rest/v1/rolled",
                BodyPublishers.ofString("{\"id\":" + number + "}"),
                201,
                "Content-Type",
                "application/json");
        default -> send("GET", "/auth/v1/admin/users?per_page=1", BodyPublishers.noBody(), 200);
      }
    } finally {
      room.release();
    }
  }

  private HttpResponse<String> send(
      String method, String path, BodyPublisher body, int wanted, String... headers) {
    var to = next();
    var answer = exchange(to, method, path, body, headers);
    if (answer.statusCode() != wanted) {
      failures.add(
          "%s %s → %s: %d %s".formatted(method, path, to, answer.statusCode(), answer.body()));
    }
    return answer;
  }

  private HttpResponse<String> exchange(
      String to, String method, String path, BodyPublisher body, String... headers) {
    var all =
        new ArrayList<>(
            List.of("apikey", key, "Authorization", "Bearer " + key, "Tus-Resumable", "1.0.0"));
    all.addAll(Arrays.asList(headers));
    var began = System.nanoTime();
    try {
      return Http.sendBody(method, to + path, body, all.toArray(String[]::new));
    } catch (java.io.UncheckedIOException e) {
      long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      failures.add("%s %s → %s: %s after %d ms".formatted(method, path, to, e.getCause(), ms));
      throw new IllegalStateException("not answered", e);
    }
  }

  private void upload(Random random) {
    var bytes = new byte[PIECE * PIECES];
    random.nextBytes(bytes);
    var name = UUID.randomUUID().toString();
    var path = created(name, bytes.length);
    int tries = 0;
    for (int at = 0; at < bytes.length; ) {
      var answer = piece(path, bytes, at);
      if (answer.statusCode() == 204) {
        pieces.incrementAndGet();
        tries = 0;
        at = offset(answer);
      } else if (answer.statusCode() >= 500 && tries < RETRY_DELAYS.size()) {
        resumed.add(answer.statusCode() + " " + answer.body());
        pause(RETRY_DELAYS.get(tries++));
        at = offset(send("HEAD", path, BodyPublishers.noBody(), 200));
      } else {
        failures.add("PATCH at %d: %d %s".formatted(at, answer.statusCode(), answer.body()));
        return;
      }
    }
    compare(name, bytes);
  }

  /// Begins an upload and tells where its pieces go.
  private String created(String name, int length) {
    var begun =
        send(
            "POST",
            "/storage/v1/upload/resumable",
            BodyPublishers.noBody(),
            201,
            "Upload-Length",
            Integer.toString(length),
            "Upload-Metadata",
            "bucketName %s,objectName %s".formatted(base64("rolled"), base64(name)));
    return begun.headers().firstValue("location").orElse("").replaceFirst("http://[^/]*", "");
  }

  private HttpResponse<String> piece(String path, byte[] bytes, int from) {
    int length = Math.min(PIECE, bytes.length - from);
    return exchange(
        next(),
        "PATCH",
        path,
        BodyPublishers.fromPublisher(
            BodyPublishers.ofInputStream(() -> slow(bytes, from, length)), length),
        "Upload-Offset",
        Integer.toString(from),
        "Content-Type",
        "application/offset+octet-stream");
  }

  private static int offset(HttpResponse<?> answer) {
    return Integer.parseInt(answer.headers().firstValue("upload-offset").orElseThrow());
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void compare(String name, byte[] bytes) {
    var info = send("GET", "/storage/v1/object/info/rolled/" + name, BodyPublishers.noBody(), 200);
    if (!info.body().contains("\"size\":" + bytes.length)) {
      failures.add("another size: " + info.body());
    }
    uploads.incrementAndGet();
  }

  /// About two seconds for a piece.
  private static InputStream slow(byte[] bytes, int from, int length) {
    return new ByteArrayInputStream(bytes, from, length) {
      @Override
      public synchronized int read(byte[] into, int at, int most) {
        pause(Duration.ofMillis(10));
        return super.read(into, at, Math.min(most, 16_384));
      }
    };
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  int pieces() {
    return pieces.get();
  }

  int uploads() {
    return uploads.get();
  }

  Queue<String> failures() {
    return failures;
  }

  /// Lets what is under way end.
  void end() throws InterruptedException {
    ended = true;
    threads.shutdown();
    if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
      failures.add("requests that do not end");
    }
  }

  @Override
  public void close() {
    ended = true;
    threads.shutdownNow();
    System.out.println(this);
  }

  @Override
  public String toString() {
    return "%d requests in %d s, %d pieces of %d whole uploads, resumed: %s, %d failures: %s"
        .formatted(
            sent.get(),
            seconds,
            pieces.get(),
            uploads.get(),
            resumed,
            failures.size(),
            String.join("\n", failures.stream().limit(20).toList()));
  }
}
