package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Bodies and sockets that last: both ways at once, and ended when either side goes away.
class StreamingTest {
  private static final FunctionFolder FOLDER =
      FunctionFolder.create()
          .function(
              "ticks",
              """
              let open = 0, cancelled = 0;
              Deno.serve((request) => {
                const url = new URL(request.url);
                if (url.pathname.endsWith("/state")) return Response.json({ open, cancelled });
                let timer, n = 0;
                const body = new ReadableStream({
                  start(controller) {
                    open++;
                    timer = setInterval(() => controller.enqueue(new TextEncoder().encode(`data: ${n++}\\n\\n`)), 100);
                  },
                  cancel() { clearInterval(timer); open--; cancelled++; },
                });
                return new Response(body, { headers: { "content-type": "text/event-stream" } });
              });
              """)
          .function(
              "beside",
              """
              Deno.serve((request) => {
                if (request.url.endsWith("/call")) return new Response("fine");
                return new Response(new ReadableStream({
                  async pull(controller) {
                    await new Promise((resolve) => setTimeout(resolve, 100));
                    controller.enqueue(new Uint8Array(1));
                  },
                }));
              });
              """)
          .function(
              "early",
              "Deno.serve((r) => r.method === 'GET' ? new Response('fine') : new Response(null, {"
                  + " status: 413 }));")
          .function(
              "count",
              """
              Deno.serve(async (request) => {
                let bytes = 0;
                for await (const piece of request.body) bytes += piece.length;
                return new Response(String(bytes));
              });
              """)
          .function("both", "Deno.serve((request) => new Response(request.body));")
          .function(
              "large",
              "Deno.serve(() => new Response(new ReadableStream({ pull(c) { c.enqueue(new"
                  + " Uint8Array(65536)); } })));")
          .function(
              "socket",
              """
              Deno.serve((request) => {
                if (request.headers.get("upgrade") !== "websocket") return new Response("no socket", { status: 426 });
                const { socket, response } = Deno.upgradeWebSocket(request);
                socket.onmessage = (event) => event.data === "bye" ? socket.close(1000, "bye") : socket.send("echo " + event.data);
                return response;
              });
              """)
          .file(
              "../config.toml",
              """
              [functions.ticks]
              verify_jwt = false
              [functions.beside]
              verify_jwt = false
              [functions.early]
              verify_jwt = false
              [functions.count]
              verify_jwt = false
              [functions.both]
              verify_jwt = false
              [functions.large]
              verify_jwt = false
              [functions.socket]
              verify_jwt = false
              """);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static TestServer server;

  @BeforeAll
  static void serve() {
    server = AtExit.close(FOLDER.serve());
  }

  private static URI uri(String path) {
    return URI.create(server.url() + "/functions/v1/" + path);
  }

  private static InputStream open(String path) throws Exception {
    var response =
        CLIENT.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  @Test
  void eventsArriveAsTheyAreSentAndAClientThatLeavesCancelsThem() throws Exception {
    var body = open("ticks");
    var bytes = new byte[9];
    assertThat(body.readNBytes(bytes, 0, 9)).isEqualTo(9);
    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("data: 0\n\n");
    assertThat(body.readNBytes(bytes, 0, 9)).isEqualTo(9);
    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");
    assertThat(Http.get(uri("ticks/state").toString()).body()).contains("\"open\":1");

    body.close();

    Await.until(
        "the stream is cancelled",
        () -> Http.get(uri("ticks/state").toString()).body().contains("\"cancelled\":1"));
  }

  /// Case F6 of the contract: fifty calls at once are answered while the stream goes on.
  @Test
  void oneOpenStreamDoesNotHoldUpOtherCalls() throws Exception {
    try (var body = open("beside");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(body.read()).isZero();
      Callable<String> call = () -> Http.get(uri("beside/call").toString()).body();
      // the stream ends only when it is closed: a call that waited for it would never be answered
      for (var answer : threads.invokeAll(Collections.nCopies(50, call))) {
        assertThat(answer.get()).isEqualTo("fine");
      }
      assertThat(body.skip(body.available())).isNotNegative();
      assertThat(body.read()).as("the stream goes on").isZero();
    }
  }

  @Test
  void anAnswerBeforeTheBodyIsReadIsPassedOnAtOnce() throws Exception {
    assertThat(Http.get(uri("early").toString()).body()).isEqualTo("fine");
    var target = uri("early");
    try (var socket = new Socket(target.getHost(), target.getPort())) {
      socket.setSoTimeout(20_000);
      var out = socket.getOutputStream();
      out.write(head(target, 4 << 20).getBytes(StandardCharsets.UTF_8));
      // the rest of the body is never sent
      out.write(new byte[64 << 10]);
      out.flush();
      assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 413");
    }
    var whole =
        HttpRequest.newBuilder(target).POST(BodyPublishers.ofByteArray(new byte[4 << 20])).build();
    assertThat(CLIENT.send(whole, BodyHandlers.discarding()).statusCode()).isEqualTo(413);
    assertThat(Http.get(uri("early").toString()).body()).isEqualTo("fine");
  }

  @Test
  void aLargeUploadIsStreamed() throws Exception {
    int megabytes = 64;
    var piece = new byte[1 << 20];
    var pieces = java.util.Collections.nCopies(megabytes, piece);
    var response =
        CLIENT.send(
            HttpRequest.newBuilder(uri("count")).POST(BodyPublishers.ofByteArrays(pieces)).build(),
            BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo(Integer.toString(megabytes << 20));
  }

  /// By hand: a client that reads only when it has sent everything stops the flow itself.
  @Test
  void bothDirectionsFlowAtOnce() throws Exception {
    var sent = new byte[8 << 20];
    new java.util.Random(1).nextBytes(sent);
    var target = uri("both");
    try (var socket = new Socket(target.getHost(), target.getPort())) {
      socket.setSoTimeout(20_000);
      var sender =
          Thread.startVirtualThread(
              () -> {
                try {
                  var out = socket.getOutputStream();
                  out.write(head(target, sent.length).getBytes(StandardCharsets.UTF_8));
                  out.write(sent);
                  out.flush();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });

      assertThat(chunked(socket.getInputStream())).isEqualTo(sent);
      sender.join();
    }
  }

  private static String head(URI target, int length) {
    return """
    POST %s HTTP/1.1\r
    Host: %s\r
    Content-Length: %d\r
    \r
    """
        .formatted(target.getPath(), target.getAuthority(), length);
  }

  /// The body of an answer in chunks, after its head.
  private static byte[] chunked(InputStream in) throws IOException {
    assertThat(line(in)).isEqualTo("HTTP/1.1 200 OK");
    String header;
    do {
      header = line(in);
    } while (!header.isEmpty());
    var body = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      body.write(in.readNBytes(size));
      assertThat(line(in)).isEmpty();
    }
    return body.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  @Test
  void anEndlessAnswerThatNobodyTakesStaysOutOfMemory() throws Exception {
    try (var body = open("large")) {
      assertThat(body.read()).isZero();
      long before = used();
      Thread.sleep(1_000);
      assertThat(used() - before).isLessThan(64L << 20);
    }
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void aWebSocketIsPassedThrough() throws Exception {
    var messages = new LinkedBlockingQueue<String>();
    var closed = new CompletableFuture<Integer>();
    var socket = socket(messages, closed);
    socket.sendText("one", true).get(5, TimeUnit.SECONDS);
    assertThat(messages.poll(5, TimeUnit.SECONDS)).isEqualTo("echo one");
    socket.sendText("bye", true).get(5, TimeUnit.SECONDS);
    assertThat(closed.get(5, TimeUnit.SECONDS)).isEqualTo(1000);
    assertThat(Http.get(uri("socket").toString()).statusCode()).isEqualTo(426);
  }

  @Test
  @Tag("nightly")
  void aWebSocketThatIsSilentForAMinuteGoesOn() throws Exception {
    var messages = new LinkedBlockingQueue<String>();
    var closed = new CompletableFuture<Integer>();
    var socket = socket(messages, closed);
    Thread.sleep(Duration.ofSeconds(65));
    assertThat(closed).isNotDone();
    socket.sendText("still", true).get(5, TimeUnit.SECONDS);
    assertThat(messages.poll(5, TimeUnit.SECONDS)).isEqualTo("echo still");
    socket.abort();
  }

  private static WebSocket socket(
      LinkedBlockingQueue<String> messages, CompletableFuture<Integer> closed) throws Exception {
    return CLIENT
        .newWebSocketBuilder()
        .buildAsync(
            URI.create(uri("socket").toString().replace("http:", "ws:")),
            new WebSocket.Listener() {
              @Override
              public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                messages.add(text.toString());
                from.request(1);
                return CompletableFuture.completedStage(null);
              }

              @Override
              public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                closed.complete(code);
                return CompletableFuture.completedStage(null);
              }
            })
        .get(15, TimeUnit.SECONDS);
  }
}
