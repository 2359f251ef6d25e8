package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.functions.supervise.Supervisors;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.Launched;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Processes: started when they are needed, replaced without losing a request, ended when not.
@Tag("nightly")
class LifeCycleTest {
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
          "");
  private static final String OPEN = ", \"verify_jwt\": false";

  private static String url(TestServer server, String path) {
    return server.url() + "/functions/v1/" + path;
  }

  private static int running(TestServer server) {
    return server.bean(Supervisors.class).of(server.project()).running();
  }

  /// Calls from several threads until `work` is done; how often each status was answered.
  private static Map<Integer, AtomicInteger> underLoad(String url, Runnable work) throws Exception {
    var statuses = new ConcurrentHashMap<Integer, AtomicInteger>();
    var done = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        callers.add(
            threads.submit(
                () -> {
                  while (!done.get()) {
                    int status = Http.get(url).statusCode();
                    statuses.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
                  }
                }));
      }
      work.run();
      done.set(true);
      for (var caller : callers) {
        caller.get();
      }
    }
    return statuses;
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void processesAreReplacedAndVersionsRolledBackWithoutLosingARequest() throws Exception {
    try (var server = FunctionFolder.create().serve(Map.of("stabbur.functions.wall-clock", "2s"))) {
      var management = new Management(server);
      var slow =
          "Deno.serve(async () => { await new Promise(r => setTimeout(r, 300)); return new"
              + " Response('%s'); });";
      assertThat(management.deploy("load", slow.formatted("one"), OPEN).statusCode())
          .isEqualTo(200);
      assertThat(Http.get(url(server, "load")).body()).isEqualTo("one");

      var statuses =
          underLoad(
              url(server, "load"),
              () -> {
                sleep(Duration.ofSeconds(4));
                assertThat(management.deploy("load", slow.formatted("two")).statusCode())
                    .isEqualTo(200);
                sleep(Duration.ofSeconds(1));
                var back = management.send("POST", "/functions/load/rollback", "");
                assertThat(back.statusCode()).isEqualTo(200);
                sleep(Duration.ofSeconds(1));
              });

      assertThat(statuses.keySet()).containsExactly(200);
      assertThat(Http.get(url(server, "load")).body()).isEqualTo("one");
    }
  }

  /// Processes are replaced at an age of seven seconds, and every request takes five.
  @Test
  void longRequestsEndInTheProcessThatIsBeingReplaced() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "slow",
                """
                const own = crypto.randomUUID();
                Deno.serve(async () => {
                  await new Promise(r => setTimeout(r, 5000));
                  return new Response(own);
                });
                """)
            .file("../config.toml", "[functions.slow]\nverify_jwt = false\n");
    try (var server = folder.serve(Map.of("stabbur.functions.wall-clock", "7s"))) {
      var first = Http.get(url(server, "slow")).body();

      var statuses = underLoad(url(server, "slow"), () -> sleep(Duration.ofSeconds(16)));

      assertThat(statuses.keySet()).containsExactly(200);
      assertThat(Http.get(url(server, "slow")).body()).isNotEqualTo(first);
    }
  }

  @Test
  void backgroundWorkEndsBeforeItsProcess() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "later",
                """
                addEventListener("beforeunload", (event) => console.log("unload " + event.detail.reason));
                Deno.serve(() => {
                  EdgeRuntime.waitUntil((async () => {
                    await new Promise(r => setTimeout(r, 3000));
                    console.log("wrote " + (Deno.env.get("SUPABASE_URL") !== undefined));
                  })());
                  return new Response("at once");
                });
                """)
            .file("../config.toml", "[functions.later]\nverify_jwt = false\n");
    try (var server = folder.serve(Map.of("stabbur.functions.idle-after", "1s"))) {
      var management = new Management(server);
      assertThat(Http.get(url(server, "later")).body()).isEqualTo("at once");
      assertThat(management.get("/functions/later/logs").body()).doesNotContain("wrote");
      Await.until(
          "the background work has ended, and its process",
          Duration.ofSeconds(20),
          () -> {
            var lines = management.get("/functions/later/logs").body();
            return lines.contains("wrote true") && lines.contains("unload early_drop");
          });
      Await.until("no process is left", () -> running(server) == 0);
    }
  }

  /// Case F8 of the contract: what was answered goes on, with its variables and the body that was
  /// sent, and hears why its process ends.
  @Test
  void backgroundWorkWritesWhatItsRequestBrought() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "later",
                """
                const old = new Promise((resolve) =>
                  addEventListener("beforeunload", (event) => {
                    console.log("unload " + event.detail.reason);
                    resolve();
                  }));
                Deno.serve((request) => {
                  const body = request.text();
                  EdgeRuntime.waitUntil((async () => {
                    await old;
                    const key = Deno.env.get("SUPABASE_SERVICE_ROLE_KEY");
                    const made = await fetch(Deno.env.get("SUPABASE_URL") + "/auth/v1/admin/users", {
                      method: "POST",
                      headers: { apikey: key, authorization: `Bearer ${key}`, "content-type": "application/json" },
                      body: await body,
                    });
                    console.log("made " + made.status);
                  })());
                  return new Response("at once");
                });
                """)
            .file("../config.toml", "[functions.later]\nverify_jwt = false\n");
    try (var server = folder.serve(Map.of("stabbur.functions.wall-clock", "3s"))) {
      var email = "later-" + System.nanoTime() + "@functions.example";
      var answer = Http.post(url(server, "later"), "{\"email\": \"" + email + "\"}");
      assertThat(answer.body()).isEqualTo("at once");

      var management = new Management(server);
      Await.until(
          "the work was done, and the process heard that it is old",
          Duration.ofSeconds(20),
          () -> {
            var lines = management.get("/functions/later/logs").body();
            return lines.contains("made 200") && lines.contains("unload wall_clock");
          });
      assertThat(users(server, email)).isOne();
      Await.until("no process is left", () -> running(server) == 0);
    }
  }

  private static long users(TestServer server, String email) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                tx.first(
                        Statement.of("select count(*) from auth.users where email = ?", email),
                        row -> row.getLong(1))
                    .orElseThrow());
  }

  @Test
  void aSocketIsClosedAtTheAgeOfARequest() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "socket",
                """
                Deno.serve((request) => {
                  const { socket, response } = Deno.upgradeWebSocket(request);
                  socket.onmessage = (event) => socket.send(event.data);
                  return response;
                });
                """)
            .file("../config.toml", "[functions.socket]\nverify_jwt = false\n");
    try (var server = folder.serve(Map.of("stabbur.functions.wall-clock", "3s"))) {
      var closed = new CompletableFuture<Integer>();
      var _ =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create(url(server, "socket").replace("http:", "ws:")),
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                      closed.complete(code);
                      return CompletableFuture.completedStage(null);
                    }

                    @Override
                    public void onError(WebSocket from, Throwable error) {
                      closed.complete(0);
                    }
                  })
              .get(15, TimeUnit.SECONDS);
      assertThat(closed).isNotDone();
      assertThat(closed.get(5, TimeUnit.SECONDS)).isNotNull();
      Await.until("no process is left", () -> running(server) == 0);
    }
  }

  /// What the function sent waits for ever in the socket of a client that reads nothing.
  @Test
  void aSocketThatTakesNothingIsClosedAtTheAgeOfARequest() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "floods",
                """
                const piece = new Uint8Array(65536);
                Deno.serve((request) => {
                  const { socket, response } = Deno.upgradeWebSocket(request);
                  socket.onopen = () => { for (let i = 0; i < 500; i++) socket.send(piece); };
                  return response;
                });
                """);
    closesWhoTakesNothing(folder, 101, UPGRADE);
  }

  @Test
  void aDownloadThatTakesNothingIsCutOffAtTheAgeOfARequest() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "floods",
                """
                const piece = new Uint8Array(65536);
                Deno.serve(() =>
                  new Response(new ReadableStream({ pull: (to) => to.enqueue(piece) })));
                """);
    closesWhoTakesNothing(folder, 200, "");
  }

  private static void closesWhoTakesNothing(FunctionFolder folder, int status, String headers)
      throws Exception {
    folder.file("../config.toml", "[functions.floods]\nverify_jwt = false\n");
    try (var server = folder.serve(Map.of("stabbur.functions.wall-clock", "3s"));
        var socket = deaf(server, status, headers)) {
      Await.until("the server has closed", Duration.ofSeconds(20), () -> isReset(socket));
      Await.until("no process is left", () -> running(server) == 0);
    }
  }

  /// Asks for more than a socket holds, and reads the first line only.
  private static Socket deaf(TestServer server, int status, String headers) throws IOException {
    var address = URI.create(server.url());
    var socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
    var request = "GET /functions/v1/floods HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    var line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    assertThat(line).isEqualTo("HTTP/1.1 " + status);
    return socket;
  }

  /// Whether a byte that is sent meets a connection that the server has closed.
  private static boolean isReset(Socket socket) {
    try {
      socket.getOutputStream().write(0);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aBusyProcessGetsOthersBesideIt() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "work",
                "Deno.serve((r) => { if (r.url.endsWith('/spin')) { const end = Date.now() + 4000;"
                    + " while (Date.now() < end); } return new Response('done'); });")
            .file("../config.toml", "[functions.work]\nverify_jwt = false\n");
    try (var server = folder.serve(Map.of("stabbur.functions.cpu-time", "20s"));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(Http.get(url(server, "work")).body()).isEqualTo("done");
      var spinning = threads.submit(() -> Http.get(url(server, "work/spin")).body());
      sleep(Duration.ofMillis(1500));
      for (int i = 0; i < 5; i++) {
        assertThat(Http.get(url(server, "work")).body()).isEqualTo("done");
      }
      Await.until(
          "the one that computes gives way", () -> denos(folder).stream().anyMatch(this::givesWay));
      assertThat(denos(folder)).as("another does not").anyMatch(process -> !givesWay(process));
      assertThat(spinning.get()).isEqualTo("done");
      assertThat(running(server)).isGreaterThan(1);
    }
  }

  /// What has answered keeps its event loop no longer, whenever the watch looks again.
  @Test
  void aProcessThatComputedForEachAnswerGetsNoOthersBesideIt() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "work",
                """
                const own = crypto.randomUUID();
                Deno.serve(() => {
                  const end = Date.now() + 300;
                  while (Date.now() < end);
                  return new Response(own);
                });
                """)
            .file("../config.toml", "[functions.work]\nverify_jwt = false\n");
    try (var server = folder.serve()) {
      var first = Http.get(url(server, "work")).body();
      for (int i = 0; i < 10; i++) {
        assertThat(Http.get(url(server, "work")).body()).isEqualTo(first);
      }
      assertThat(denos(folder)).hasSize(1);
    }
  }

  /// What computes for long and writes in between gives way too; once it is calm, another process
  /// with its full share takes its place.
  @Test
  void aProcessThatGaveWayIsReplacedOnceItIsCalm() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "work",
                """
                const own = crypto.randomUUID();
                function spin(millis) { const end = Date.now() + millis; while (Date.now() < end); }
                Deno.serve((r) => {
                  if (r.url.endsWith("/burst")) spin(150);
                  if (!r.url.endsWith("/drip")) return new Response(own);
                  return new Response(new ReadableStream({
                    async pull(c) {
                      await new Promise(r => setTimeout(r, 0));
                      spin(80);
                      c.enqueue(new Uint8Array(1));
                    }
                  }));
                });
                """)
            .file("../config.toml", "[functions.work]\nverify_jwt = false\n");
    var settings =
        Map.<String, Object>of(
            "stabbur.functions.cpu-time", "20s", "stabbur.functions.idle-after", "10m");
    try (var server = folder.serve(settings)) {
      var first = Http.get(url(server, "work")).body();
      for (int i = 0; i < 3; i++) {
        assertThat(Http.get(url(server, "work/burst")).body()).isEqualTo(first);
        sleep(Duration.ofMillis(700));
      }
      assertThat(denos(folder)).as("bursts give no way").noneMatch(this::givesWay);

      // how long it takes depends on what it gets of the processors, so it goes on until it is seen
      var request = HttpRequest.newBuilder(URI.create(url(server, "work/drip"))).build();
      try (var _ = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream()).body()) {
        Await.until(
            "a stream of pieces gives way",
            Duration.ofMinutes(1),
            () -> denos(folder).stream().anyMatch(this::givesWay));
      }

      Await.until(
          "the one that gave way has ended",
          Duration.ofMinutes(1),
          () -> denos(folder).stream().noneMatch(this::givesWay));
      assertThat(Http.get(url(server, "work")).body()).isNotEqualTo(first);
      assertThat(denos(folder)).isNotEmpty().noneMatch(this::givesWay);
    }
  }

  @Tag("nightly")
  @Test
  void aProcessThatGaveWayServesOnWhileAStreamOfItIsOpen() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "work",
                """
                Deno.serve((r) => {
                  if (r.url.endsWith("/burst")) {
                    const end = Date.now() + 1500;
                    while (Date.now() < end);
                  }
                  if (!r.url.endsWith("/stream")) return new Response("done");
                  let left = 150;
                  return new Response(new ReadableStream({
                    async pull(c) {
                      await new Promise(r => setTimeout(r, 100));
                      c.enqueue(new Uint8Array(1));
                      if (--left === 0) c.close();
                    }
                  }));
                });
                """)
            .file("../config.toml", "[functions.work]\nverify_jwt = false\n");
    try (var server =
            folder.serve(
                Map.of(
                    "stabbur.functions.processes-per-function",
                    1,
                    "stabbur.functions.queue-timeout",
                    "1s"));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(Http.get(url(server, "work")).statusCode()).isEqualTo(200);
      var stream = threads.submit(() -> Http.get(url(server, "work/stream")).body());
      assertThat(Http.get(url(server, "work/burst")).statusCode()).isEqualTo(200);
      Await.until("it gives way", () -> denos(folder).stream().anyMatch(this::givesWay));
      while (!stream.isDone()) {
        assertThat(Http.get(url(server, "work")).statusCode()).isEqualTo(200);
        sleep(Duration.ofMillis(500));
      }
      assertThat(stream.get()).hasSize(150);
    }
  }

  @Test
  void aLateRequestEndsNoOthersInItsProcess() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "work",
                """
                Deno.serve((r) => {
                  if (r.url.endsWith("/spin")) {
                    const end = Date.now() + 4000;
                    while (Date.now() < end);
                  }
                  if (!r.url.endsWith("/stream")) return new Response("done");
                  return new Response(new ReadableStream({
                    async start(c) {
                      c.enqueue(new TextEncoder().encode("begun "));
                      await new Promise(r => setTimeout(r, 1000));
                      c.enqueue(new TextEncoder().encode("ended"));
                      c.close();
                    }
                  }));
                });
                """)
            .file("../config.toml", "[functions.work]\nverify_jwt = false\n");
    Map<String, Object> settings =
        Map.of("stabbur.functions.cpu-time", "20s", "stabbur.functions.response-timeout", "2s");
    try (var server = folder.serve(settings);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Await.until("it serves", () -> Http.get(url(server, "work")).statusCode() == 200);
      var stream = threads.submit(() -> Http.get(url(server, "work/stream")).body());
      sleep(Duration.ofMillis(300));
      assertThat(Http.get(url(server, "work/spin")).statusCode()).isEqualTo(504);
      assertThat(stream.get()).isEqualTo("begun ended");

      assertThat(Http.get(url(server, "work/spin")).statusCode()).as("alone").isEqualTo(546);
    }
  }

  @Test
  void withoutDenoOneSentenceSaysWhatToInstall() {
    var folder =
        FunctionFolder.create()
            .function("any", "Deno.serve(() => new Response('x'));")
            .file("../config.toml", "[functions.any]\nverify_jwt = false\n");
    try (var server = folder.serve(Map.of("stabbur.functions.deno", "/nowhere/deno"))) {
      var response = Http.get(url(server, "any"));
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).contains("install Deno 2");
      assertThat(Http.get(server.url() + "/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatChangesSomethingIsNeverSentTwice() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "dies",
                """
                Deno.serve((request) => {
                  if (request.method === "GET") return new Response("serves");
                  console.log("runs " + request.method);
                  Deno.exit(1);
                });
                """)
            .file("../config.toml", "[functions.dies]\nverify_jwt = false\n");
    try (var server = folder.serve()) {
      for (var method : new String[] {"POST", "DELETE", "PUT", "PATCH"}) {
        Await.until("it serves again", () -> Http.get(url(server, "dies")).statusCode() == 200);
        assertThat(Http.send(method, url(server, "dies"), null).statusCode()).isEqualTo(500);
      }
      var management = new Management(server);
      Await.until(
          "the lines are there",
          () -> management.get("/functions/dies/logs").body().contains("runs PATCH"));
      var lines = management.get("/functions/dies/logs?limit=1000").body();
      for (var method : new String[] {"POST", "DELETE", "PUT", "PATCH"}) {
        assertThat(lines.split("runs " + method, -1)).as(method).hasSize(2);
      }
    }
  }

  @Test
  void aProcessThatIsJustStartingIsWatchedAndEndsWithTheServer() throws Exception {
    var folder =
        FunctionFolder.create()
            .function(
                "hoards",
                "const all = []; for (;;) { all.push(new Uint8Array(10 << 20).fill(1));"
                    + " await new Promise(r => setTimeout(r, 20)); }")
            .function("waits", "await new Promise(() => setInterval(() => {}, 1000));")
            .file(
                "../config.toml",
                "[functions.hoards]\nverify_jwt = false\n[functions.waits]\nverify_jwt = false\n");
    List<ProcessHandle> left;
    try (var server =
            folder.serve(
                Map.of("stabbur.functions.boot-timeout", "30s", "stabbur.functions.memory", 64));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // the time it has to start is longer than a request waits here
      assertThat(Http.get(url(server, "hoards")).statusCode()).isEqualTo(503);
      var _ = threads.submit(() -> Http.get(url(server, "waits")).statusCode());
      Await.until("it is starting", () -> !denos(folder).isEmpty());
      left = denos(folder);
    }
    assertThat(left).isNotEmpty().noneMatch(ProcessHandle::isAlive);
  }

  /// Field 19 of its stat is its niceness.
  private boolean givesWay(ProcessHandle process) {
    try {
      var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16].equals("10");
    } catch (IOException e) {
      return false;
    }
  }

  private static List<ProcessHandle> denos(FunctionFolder folder) {
    return ProcessHandle.allProcesses()
        .filter(
            each ->
                each.info()
                    .commandLine()
                    .filter(line -> line.contains("" + folder.path()))
                    .isPresent())
        .toList();
  }

  @Test
  void processesEndWithAServerThatIsKilled() throws Exception {
    var folder =
        FunctionFolder.create()
            .function("spins", "Deno.serve(() => { for (;;); });")
            .function("idles", "Deno.serve(() => new Response('here'));")
            .file(
                "../config.toml",
                "[functions.spins]\nverify_jwt = false\n[functions.idles]\nverify_jwt = false\n");
    int port = TestServer.freePort();
    var data = Files.createDirectories(TestServer.newFolder());
    var config =
        Files.writeString(
            data.resolve("stabbur.yml"),
            """
            stabbur:
              development: true
              functions:
                deno: %s
                folder: %s
                cpu-time: 60s
            """
                .formatted(Node.deno(), folder.path()));
    try (var server =
            Launched.start(
                data,
                "up",
                "--port",
                Integer.toString(port),
                "--data",
                data.resolve("data").toString(),
                "--config",
                config.toString());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.awaitReady();
      var base = "http://127.0.0.1:" + port + "/functions/v1/";
      assertThat(Http.get(base + "idles").body()).isEqualTo("here");
      var _ = threads.submit(() -> Http.get(base + "spins").statusCode());
      Await.until("both run", () -> denos(folder).size() == 2);
      var left = denos(folder);
      sleep(Duration.ofMillis(300));

      server.kill();

      Await.until("none is left", () -> left.stream().noneMatch(ProcessHandle::isAlive));
    }
  }
}
