package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Functions that would take what is not theirs, and ones that never end.
class HostileTest {
  private static final FunctionFolder FOLDER = FunctionFolder.create();
  private static TestServer server;

  @BeforeAll
  static void serve() {
    FOLDER
        .function("good", "Deno.serve(() => new Response('good'));")
        .function("loop", "Deno.serve(() => { for (;;); });")
        .function(
            "heap",
            "Deno.serve(() => { const all = []; for (;;) all.push(new Array(10000).fill({})); });")
        .function(
            "buffers",
            "Deno.serve(async () => { const all = []; for (let i = 0; i < 100; i++) { all.push(new"
                + " Uint8Array(10 << 20).fill(1)); await new Promise(r => setTimeout(r, 5)); }"
                + " return new Response('had 1 GB'); });")
        .function("exits", "Deno.serve(() => Deno.exit(0));")
        .function(
            "rejects",
            "Deno.serve(() => { Promise.reject(new Error('late')); return new Promise(() => {});"
                + " });")
        .function("silent", "Deno.serve(() => new Promise(() => {}));")
        .function(
            "long-line",
            "Deno.serve(() => { console.log('x'.repeat(10 << 20)); return new Response('logged');"
                + " });")
        .function(
            "socket",
            """
            Deno.serve((request) => {
              const { socket, response } = Deno.upgradeWebSocket(request);
              socket.onmessage = (event) => {
                if (event.data === "loop") for (;;);
                const end = Date.now() + 200;
                while (Date.now() < end);
                socket.send("done");
              };
              return response;
            });
            """);
    FOLDER.function(
        "files",
        "Deno.serve(async () => { for (let i = 0; i < 200; i++) { await"
            + " Deno.writeFile('/tmp/' + i, new Uint8Array(1 << 20)); await new Promise(r =>"
            + " setTimeout(r, 20)); } return new Response('has 200 MB'); });");
    allowed("passwd", "return await Deno.readTextFile('/etc/passwd');");
    allowed("neighbour", "return await Deno.readTextFile('" + FOLDER.path() + "/good/index.ts');");
    allowed("keys", "return await Deno.readTextFile('" + FOLDER.path() + "/../../keys.json');");
    allowed("forks", "return (await new Deno.Command('/bin/ls').output()).code;");
    allowed("metadata", "await Deno.connect({ hostname: '169.254.169.254', port: 80 }); return 1;");
    allowed("environ", "return await Deno.readTextFile('/proc/self/environ');");
    allowed("workers", "new Worker('data:text/javascript,1', { type: 'module' }); return 1;");
    allowed(
        "writes", "await Deno.writeTextFile('" + FOLDER.path() + "/good/index.ts', ''); return 1;");
    allowed(
        "tmp",
        "await Deno.writeTextFile('/tmp/a', 'mine'); return await Deno.readTextFile('/tmp/a');");
    allowed("variables", "return Object.keys(Deno.env.toObject()).sort();");
    server =
        AtExit.close(
            FOLDER.serve(
                Map.of(
                    "stabbur.functions.memory",
                    128,
                    "stabbur.functions.temporary",
                    50,
                    "stabbur.functions.response-timeout",
                    "9s",
                    "stabbur.functions.cpu-time",
                    "1500ms")));
    var database = URI.create(server.project().admin().login().url().substring("jdbc:".length()));
    allowed(
        "database",
        "await Deno.connect({ hostname: '127.0.0.1', port: "
            + database.getPort()
            + " }); return 1;");
    allowed(
        "database-by-name",
        "await Deno.connect({ hostname: 'localhost', port: "
            + database.getPort()
            + " }); return 1;");
  }

  private static void allowed(String name, String attempt) {
    FOLDER.function(
        name,
        """
        async function attempt(work) {
          try { return "ALLOWED " + JSON.stringify(await work()); } catch (error) { return error.name; }
        }
        Deno.serve(async () => Response.json(await attempt(async () => { %s })));
        """
            .formatted(attempt));
  }

  private static java.net.http.HttpResponse<String> call(String name) {
    var key = server.project().keys().anonKey().reveal();
    return Http.post(server.url() + "/functions/v1/" + name, "", "Authorization", "Bearer " + key);
  }

  private static void answers(String name, int status, String code) {
    var response = call(name);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("sb-error-code")).contains(code);
    assertThat(call("good").body()).isEqualTo("good");
  }

  @Test
  void anEndlessLoopIsEnded() {
    answers("loop", 546, "WORKER_LIMIT");
  }

  @Test
  void aSocketWhoseFunctionLoopsIsClosed() throws Exception {
    var closed = new CompletableFuture<String>();
    var socket = socket(new LinkedBlockingQueue<>(), closed);
    assertThat(call("good").body()).isEqualTo("good");
    socket.sendText("loop", true).get(5, TimeUnit.SECONDS);
    assertThat(closed.get(30, TimeUnit.SECONDS)).isNotBlank();
    assertThat(call("good").body()).isEqualTo("good");
  }

  /// Messages that it sends are progress, as pieces of a response are.
  @Test
  @Tag("nightly")
  void aSocketThatAnswersMayUseMoreThanTheLimitInAll() throws Exception {
    var messages = new LinkedBlockingQueue<String>();
    var closed = new CompletableFuture<String>();
    var socket = socket(messages, closed);
    for (int i = 0; i < 20; i++) {
      socket.sendText("work", true).get(5, TimeUnit.SECONDS);
      assertThat(messages.poll(10, TimeUnit.SECONDS)).as("answer %s", i).isEqualTo("done");
    }
    assertThat(closed).isNotDone();
    socket.abort();
  }

  private static WebSocket socket(
      LinkedBlockingQueue<String> messages, CompletableFuture<String> closed) throws Exception {
    var key = server.project().keys().anonKey().reveal();
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .header("Authorization", "Bearer " + key)
        .buildAsync(
            URI.create(server.url().replace("http:", "ws:") + "/functions/v1/socket"),
            new WebSocket.Listener() {
              @Override
              public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                messages.add(text.toString());
                from.request(1);
                return CompletableFuture.completedStage(null);
              }

              @Override
              public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                closed.complete("closed with " + code);
                return CompletableFuture.completedStage(null);
              }

              @Override
              public void onError(WebSocket from, Throwable error) {
                closed.complete(error.toString());
              }
            })
        .get(15, TimeUnit.SECONDS);
  }

  @Test
  void aFullHeapIsEnded() {
    answers("heap", 546, "WORKER_LIMIT");
  }

  @Test
  void memoryBesideTheHeapIsLimitedToo() {
    answers("buffers", 546, "WORKER_LIMIT");
  }

  @Test
  void temporaryFilesAreLimited() {
    answers("files", 546, "WORKER_LIMIT");
  }

  @Test
  void aProcessThatEndsItselfIsAnError() {
    answers("exits", 500, "WORKER_ERROR");
  }

  @Test
  void aRejectionThatNobodyHandlesIsAnError() {
    answers("rejects", 500, "WORKER_ERROR");
  }

  @Test
  void aFunctionThatNeverAnswersIsATimeout() {
    answers("silent", 504, "IDLE_TIMEOUT");
  }

  @Test
  void aLongLineIsCut() {
    assertThat(call("long-line").body()).isEqualTo("logged");
  }

  @Test
  void filesProcessesAndNetworksOfOthersAreOutOfReach() {
    for (var name :
        new String[] {
          "passwd",
          "neighbour",
          "keys",
          "forks",
          "metadata",
          "environ",
          "writes",
          "workers",
          "database",
          "database-by-name"
        }) {
      assertThat(call(name).body()).as(name).doesNotContain("ALLOWED");
    }
  }

  @Test
  void theTemporaryFolderIsWritable() {
    assertThat(call("tmp").body()).contains("ALLOWED").contains("mine");
  }

  @Test
  void onlyGivenVariablesAreSeen() {
    assertThat(call("variables").body())
        .contains("SUPABASE_URL", "SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY")
        .contains("SUPABASE_PUBLISHABLE_KEYS", "SUPABASE_SECRET_KEYS", "SUPABASE_JWKS")
        .doesNotContain("PATH", "DENO_DIR", "SUPABASE_DB_URL", "JWT_SECRET");
  }

  @Test
  void noProcessListingShowsAKey() throws Exception {
    assertThat(call("good").body()).isEqualTo("good");
    var key = server.project().keys().serviceRoleKey().reveal();
    try (var processes = java.nio.file.Files.list(java.nio.file.Path.of("/proc"))) {
      var seen = new StringBuilder();
      for (var process : (Iterable<java.nio.file.Path>) processes::iterator) {
        if (process.getFileName().toString().matches("[0-9]+")) {
          seen.append(read(process.resolve("cmdline"))).append(read(process.resolve("environ")));
        }
      }
      assertThat(seen.toString()).contains("deno").doesNotContain(key);
    }
  }

  private static String read(java.nio.file.Path file) {
    try {
      return java.nio.file.Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (java.io.IOException e) {
      return "";
    }
  }
}
