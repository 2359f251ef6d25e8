package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// curl, which asks before it sends a large body (`Expect: 100-continue`), calls functions.
class CurlFunctionsTest {
  private static final FunctionFolder FOLDER =
      FunctionFolder.create()
          .function(
              "echo",
              """
              Deno.serve(async (request) => new Response(
                request.method + " " + new URL(request.url).pathname + new URL(request.url).search + " "
                  + (await request.arrayBuffer()).byteLength + " " + request.headers.get("expect")));
              """)
          .function(
              "early",
              "Deno.serve((r) => new Response(null, { status: r.method === 'GET' ? 204 : 413 }));")
          .function(
              "cors",
              """
              Deno.serve(() => new Response(null, { status: 204, headers: {
                "Access-Control-Allow-Origin": "https://app.example.org", "Access-Control-Allow-Headers": "x-mine" } }));
              """)
          .function(
              "events",
              """
              Deno.serve(() => { let n = 0, t; return new Response(new ReadableStream({
                start(c) { t = setInterval(() => {
                  c.enqueue(new TextEncoder().encode("data: " + n + "\\n\\n"));
                  if (++n === 3) { clearInterval(t); c.close(); } }, 30); },
                cancel() { clearInterval(t); } }), { headers: { "content-type": "text/event-stream" } }); });
              """)
          .function("guarded", "Deno.serve(() => new Response('in'));")
          .function("loop", "Deno.serve(() => { for (;;); });")
          .function("silent", "Deno.serve(() => new Promise(() => {}));")
          .file(
              "../config.toml",
              """
              [functions.echo]
              verify_jwt = false
              [functions.early]
              verify_jwt = false
              [functions.events]
              verify_jwt = false
              [functions.loop]
              verify_jwt = false
              [functions.silent]
              verify_jwt = false
              """);

  private static TestServer server;
  private static Path large;

  @BeforeAll
  static void serve() throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");
    server =
        AtExit.close(
            FOLDER.serve(
                Map.of(
                    "stabbur.functions.cpu-time",
                    "300ms",
                    "stabbur.functions.response-timeout",
                    "8s")));
    large = Files.write(TestServer.newFolder().resolve("4-mib"), new byte[4 << 20]);
  }

  /// What curl prints of an answer.
  private record Answer(int status, String head, String body) {
    String header(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .reduce((one, other) -> one + " | " + other)
          .orElse("");
    }
  }

  private static Answer curl(String path, String... options) throws Exception {
    var folder = TestServer.newFolder();
    var line = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--max-time", "30"));
    line.addAll(List.of("--dump-header", folder.resolve("head").toString()));
    line.addAll(List.of("--output", folder.resolve("body").toString()));
    line.addAll(List.of("--write-out", "%{http_code}"));
    line.addAll(List.of(options));
    line.add(server.url() + "/functions/v1/" + path);
    var process = new ProcessBuilder(line).redirectErrorStream(true).start();
    var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(told).isZero();
    var body = folder.resolve("body");
    return new Answer(
        Integer.parseInt(told),
        Files.readString(folder.resolve("head")),
        Files.exists(body) ? Files.readString(body) : "");
  }

  @Test
  void pathsQueriesAndBodiesArrive() throws Exception {
    assertThat(curl("echo/a/b?x=1&y=%2F").body()).isEqualTo("GET /echo/a/b?x=1&y=%2F 0 null");
    assertThat(curl("echo", "--data-binary", "hei").body()).isEqualTo("POST /echo 3 null");
    assertThat(curl("echo", "--request", "DELETE").body()).isEqualTo("DELETE /echo 0 null");
    assertThat(curl("echo", "--head").status()).isEqualTo(200);
  }

  @Test
  void aLargeBodyIsSentOnceTheServerSaysContinue() throws Exception {
    var answer = curl("echo", "--header", "Expect: 100-continue", "--data-binary", "@" + large);
    assertThat(answer.body()).isEqualTo("POST /echo 4194304 null");
    assertThat(answer.head()).startsWith("HTTP/1.1 100 Continue");
    assertThat(curl("echo", "--upload-file", large.toString()).body())
        .isEqualTo("PUT /echo 4194304 null");
  }

  @Test
  void anAnswerBeforeTheBodyWasReadComesAtOnce() throws Exception {
    assertThat(curl("early").status()).isEqualTo(204);
    assertThat(curl("early", "--data-binary", "@" + large).status()).isEqualTo(413);
    assertThat(curl("early").status()).isEqualTo(204);
  }

  @Test
  void aPreflightIsTheFunctionsAnswerByteForByte() throws Exception {
    var answer =
        curl(
            "cors",
            "--request",
            "OPTIONS",
            "--header",
            "Origin: https://app.example.org",
            "--header",
            "Access-Control-Request-Method: POST");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://app.example.org");
    assertThat(answer.header("access-control-allow-headers")).isEqualTo("x-mine");
    assertThat(answer.header("access-control-allow-methods")).isEmpty();
  }

  @Test
  void eventsArrive() throws Exception {
    var answer = curl("events", "--no-buffer");
    assertThat(answer.header("content-type")).isEqualTo("text/event-stream");
    assertThat(answer.body()).isEqualTo("data: 0\n\ndata: 1\n\ndata: 2\n\n");
  }

  @Test
  @Tag("nightly")
  void everyErrorOfTheGatewayIsJsonThatPagesMayRead() throws Exception {
    refused(curl("guarded", "--data-binary", ""), 401, "UNAUTHORIZED_NO_AUTH_HEADER");
    refused(
        curl("guarded", "--header", "Authorization: Bearer no.token.here"),
        401,
        "UNAUTHORIZED_INVALID_JWT_FORMAT");
    refused(curl("nobody"), 404, "NOT_FOUND");
    refused(curl("silent"), 504, "IDLE_TIMEOUT");
    refused(curl("loop"), 546, "WORKER_LIMIT");
  }

  private static void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.head()).isEqualTo(status);
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"", "\"message\":");
    assertThat(answer.header("sb-error-code")).isEqualTo(code);
    assertThat(answer.header("content-type")).startsWith("application/json");
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
    assertThat(answer.header("access-control-expose-headers")).contains("sb-error-code");
  }
}
