package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.Http;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Packages of a registry that asks for a token, which the `.npmrc` of a deployment names.
@Tag("nightly")
class PrivateRegistryTest {
  private static final String TOKEN = "token-of-the-registry";
  private final CopyOnWriteArrayList<String> refused = new CopyOnWriteArrayList<>();
  private final CopyOnWriteArrayList<String> served = new CopyOnWriteArrayList<>();

  @Test
  void itsPackagesAreFetchedWithTheTokenAndServedWithoutIt() throws Exception {
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var host = "127.0.0.1:" + http.getAddress().getPort();
    var archive = archive();
    http.createContext("/", exchange -> answer(exchange, host, archive));
    http.start();
    try (var server =
        FunctionFolder.create().serve(Map.of("stabbur.functions.import-hosts", host))) {
      var management = new Management(server);
      var npmrc = "@private:registry=http://" + host + "/\n";

      assertThat(deploy(management, npmrc)).as("without a token").contains("cannot be loaded");
      assertThat(refused).isNotEmpty();
      assertThat(served).isEmpty();

      var deployed = deploy(management, npmrc + "//" + host + "/:_authToken=" + TOKEN + "\n");
      assertThat(deployed).contains("\"version\":1");
      assertThat(served).contains("/greet.tgz");

      http.stop(0);
      assertThat(Http.get(server.url() + "/functions/v1/greets").body()).isEqualTo("hello you");

      assertThat(Http.get(server.url() + "/functions/v1/greets/secrets").body())
          .contains(npmrc.strip())
          .contains("at the start: " + npmrc.strip())
          .doesNotContain(TOKEN);
    }
  }

  private static String deploy(Management management, String npmrc) {
    return management
        .deploy(
            "greets",
            Map.of(
                "f/index.ts",
                """
                import { greet } from 'npm:@private/greet@1';
                const read = () => Deno.readTextFileSync(new URL('.npmrc', import.meta.url));
                const start = read();
                if (start.includes('%s')) throw new Error('the token is readable');
                Deno.serve((request) => new Response(request.url.endsWith('secrets')
                  ? read() + 'at the start: ' + start + JSON.stringify(Deno.env.toObject())
                  : greet('you')));
                """
                    .formatted(TOKEN),
                "f/deno.json",
                "{}",
                "f/.npmrc",
                npmrc),
            """
            {"entrypoint_path": "f/index.ts", "import_map_path": "f/deno.json", "verify_jwt": false}
            """)
        .body();
  }

  private void answer(HttpExchange exchange, String host, byte[] archive) throws IOException {
    var path = exchange.getRequestURI().getPath();
    if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      refused.add(path);
      exchange.sendResponseHeaders(401, -1);
    } else {
      served.add(path);
      var body =
          path.endsWith(".tgz")
              ? archive
              : described(host, archive).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private static String described(String host, byte[] archive) {
    try {
      var digest = MessageDigest.getInstance("SHA-512").digest(archive);
      return """
      {"name": "@private/greet", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {
        "name": "@private/greet", "version": "1.0.0",
        "dist": {"tarball": "http://%s/greet.tgz", "integrity": "sha512-%s"}}}}
      """
          .formatted(host, Base64.getEncoder().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] archive() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      put(
          tar,
          "package/package.json",
          "{\"name\": \"@private/greet\", \"version\": \"1.0.0\", \"type\": \"module\","
              + " \"main\": \"index.js\"}");
      put(tar, "package/index.js", "export const greet = (name) => 'hello ' + name;");
    }
    return bytes.toByteArray();
  }

  private static void put(TarArchiveOutputStream tar, String name, String text) throws IOException {
    var content = text.getBytes(StandardCharsets.UTF_8);
    var entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
