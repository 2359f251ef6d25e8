package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Deployments that would read this machine's files or reach its networks. Whoever may deploy
/// already has the secret key of one project; the machine and its other projects are not theirs.
class HostileDeployTest {
  private static final String OPEN = ", \"verify_jwt\": false";
  private static final String MARK = "a-key-that-must-not-leave";
  private static final CopyOnWriteArrayList<String> ASKED = new CopyOnWriteArrayList<>();
  private static TestServer server;
  private static Management management;
  private static Path secret;
  private static String inner;

  @BeforeAll
  static void serve() throws IOException {
    server = AtExit.close(FunctionFolder.create().serve());
    management = new Management(server);
    secret = TestServer.newFolder().resolve("keys.json");
    Files.createDirectories(secret.getParent());
    Files.writeString(secret, "{\"key\": \"" + MARK + "\"}");
    // what nobody but this machine should reach
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          ASKED.add(exchange.getRequestURI().getPath());
          var body = ("export default '" + MARK + "';").getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/javascript");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
    AtExit.close(() -> http.stop(0));
    inner = "http://127.0.0.1:" + http.getAddress().getPort();
  }

  private static void refused(HttpResponse<String> response, String why) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains(why).doesNotContain(MARK, "root:x:", "/functions/.stag");
    assertThat(management.get("/functions").body()).doesNotContain("hostile");
  }

  private static String serving(String imports, String value) {
    return imports + "\nDeno.serve(() => new Response(String(" + value + ")));";
  }

  @Test
  void noLocalModuleOutsideOfTheDeploymentIsImported() {
    var keys = server.project().folder().resolve("keys.json");
    var up = "../".repeat(12);
    for (var code :
        new String[] {
          serving("import k from 'file://" + secret + "' with { type: 'json' };", "k.key"),
          serving("import k from '" + up + secret + "' with { type: 'json' };", "k.key"),
          serving("import k from 'file://" + secret + "' with { type: 'text' };", "k"),
          serving("import k from 'file://" + secret + "' with { type: 'bytes' };", "k"),
          serving("import k from 'file://" + keys + "' with { type: 'json' };", "k"),
          serving("import k from 'file:///etc/passwd' with { type: 'text' };", "k"),
          // its text would be in the error
          serving("import 'file:///etc/passwd';", "1"),
          serving("import '" + up + "etc/passwd';", "1"),
          serving("export * from 'file:///etc/hosts';", "1"),
          // Deno reads what a constant names, whatever the function may read
          serving(
              "const k = await import('file:///etc/passwd', { with: { type: 'text' } });",
              "k.default"),
          serving("const k = () => import('file:///etc/passwd');", "await k()"),
          serving("if (Math.random() > 2) await import('file:///etc/passwd');", "1")
        }) {
      refused(management.deploy("hostile", code), "not part of the deployment");
    }
  }

  @Test
  void noImportMapOrConfigurationLeadsOut() {
    var entry = "f/index.ts";
    var metadata = "{\"entrypoint_path\": \"f/index.ts\", \"import_map_path\": \"f/%s\"}";
    for (var config :
        new String[] {
          "{\"imports\": {\"k\": \"file://" + secret + "\"}}",
          "{\"imports\": {\"k\": \"" + secret + "\"}}",
          "{\"imports\": {\"k\": \"../../../../../../../../.." + secret + "\"}}",
          "{\"importMap\": \"" + secret + "\"}",
          "{\"import\\u004dap\": \"" + secret + "\"}",
          "{\"importMap\": \"../../../x.json\"}",
          "{/* */ \"importMap\" /* x */ : \"" + inner + "/map.json\"}",
          "{\"a\": \"/*\", \"importMap\": \"" + secret + "\", \"b\": \"*/\"}",
          "{\"a\": \"\\\"\", /* \" */ importMap: '" + secret + "'}",
          "{\"links\": [\"../../..\"], \"imports\": {\"k\": \"npm:k@1\"}}",
          "{\"patch\": [\"" + secret.getParent() + "\"], \"imports\": {\"k\": \"npm:k@1\"}}",
          "{\"workspace\": {\"members\": [\"../../../..\"]}}"
        }) {
      var code = serving("import k from 'k' with { type: 'json' };", "k.key");
      refused(
          management.deploy(
              "hostile",
              Map.of(entry, code, "f/deno.json", config),
              metadata.formatted("deno.json")),
          "not part of the deployment");
    }
    refused(
        management.deploy(
            "hostile",
            Map.of(
                entry,
                serving("import k from 'k' with { type: 'json' };", "k.key"),
                "f/import_map.json",
                "{\"imports\": {\"k\": \"file://" + secret + "\"}}"),
            metadata.formatted("import_map.json")),
        "not part of the deployment");
  }

  @Test
  void noHostIsAskedThatIsNotNamed() {
    ASKED.clear();
    for (var address :
        new String[] {
          inner + "/x.js",
          inner.replace("127.0.0.1", "localhost") + "/x.js",
          "http://169.254.169.254/latest/meta-data/",
          "http://[fd00:ec2::254]/latest/meta-data/",
          "http://10.0.0.1/x.js",
          "https://intranet.example/x.js"
        }) {
      for (var code :
          new String[] {
            serving("import k from '" + address + "';", "k"),
            serving("const k = await import('" + address + "');", "k"),
            serving("const u = '" + address + "'; const k = await import(u);", "k")
          }) {
        assertThat(management.deploy("hostile", code).statusCode()).as(code).isEqualTo(400);
      }
    }
    refused(
        management.deploy(
            "hostile",
            Map.of(
                "f/index.ts",
                serving("import k from 'npm:k@1';", "k"),
                "f/deno.json",
                "{}",
                "f/.npmrc",
                "registry=" + inner + "/\n"),
            "{\"entrypoint_path\": \"f/index.ts\", \"import_map_path\": \"f/deno.json\"}"),
        "names a registry");
    assertThat(ASKED).isEmpty();
    assertThat(management.get("/functions").body()).doesNotContain("hostile");
  }

  @Test
  void atRunTimeAFunctionReadsItsOwnFilesAlone() {
    var deployed =
        management.deploy(
            "reader",
            """
            Deno.serve(async (request) => {
              const at = await request.text();
              const tries = [
                () => Deno.readTextFile(at),
                () => import(at, { with: { type: "text" } }),
                () => import("file://" + at, { with: { type: "json" } }),
                async () => (await import("node:fs")).readFileSync(at, "utf8"),
                async () => (await import("node:module")).createRequire(import.meta.url)(at),
                () => Deno.symlink(at, "/tmp/link").then(() => Deno.readTextFile("/tmp/link")),
                () => Deno.link(at, "/tmp/hard").then(() => Deno.readTextFile("/tmp/hard")),
                () => Deno.copyFile(at, "/tmp/copy").then(() => Deno.readTextFile("/tmp/copy")),
                () => fetch("file://" + at).then((response) => response.text()),
              ];
              const read = [];
              for (const each of tries) {
                try { read.push(JSON.stringify(await each())); } catch (error) { read.push("no " + error.name); }
              }
              return Response.json(read);
            });
            """,
            OPEN);
    assertThat(deployed.statusCode()).as(deployed.body()).isEqualTo(200);
    assertThat(management.deploy("other", serving("", "1"), OPEN).statusCode()).isEqualTo(200);
    var folder = server.project().folder();
    for (var file :
        new Path[] {
          secret,
          Path.of("/etc/passwd"),
          Path.of("/proc/self/environ"),
          Path.of("/proc/1/environ"),
          folder.resolve("keys.json"),
          firstFile(folder.resolve("functions/other")),
        }) {
      var read = Http.post(server.url() + "/functions/v1/reader", file.toString()).body();
      assertThat(read.split("\"no ", -1).length - 1).as(file + " " + read).isEqualTo(9);
    }
  }

  private static Path firstFile(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("index.ts")).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void secretsAndKeysAreNoFilesOfADeployment() {
    var code = serving("", "1");
    var metadata = "{\"entrypoint_path\": \"f/index.ts\"}";
    var pem = "-----BEGIN " + "PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n";
    refused(
        management.deploy("hostile", Map.of("f/index.ts", code, "f/.env", "A=1"), metadata),
        "holds secrets");
    refused(
        management.deploy("hostile", Map.of("f/index.ts", code, ".env.local", "A=1"), metadata),
        "holds secrets");
    refused(
        management.deploy("hostile", Map.of("f/index.ts", code, "f/k.pem", pem), metadata),
        "holds a private key");
  }
}
