package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// `stabbur keys generate`, into a folder and into a Secret of Kubernetes' API.
class KeysGenerateTest {
  @Test
  void filesAreMadeOnceForTheirOwnerAlone() throws IOException {
    var folder = TestServer.newFolder().resolve("keys");

    assertThat(run("--to", folder.toString(), "--project", "other")).isZero();
    var first = Files.readString(folder.resolve("keys.json"));
    assertThat(run("--to", folder.toString())).isZero();

    assertThat(folder.resolve("other.signing-keys.json")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve("keys.json"))).isEqualTo(first);
    assertThat(Files.readString(folder.resolve("other.keys.json"))).isNotEqualTo(first);
    assertThat(Files.getPosixFilePermissions(folder.resolve("keys.json")))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    assertThat(Objects.requireNonNull(Json.parse(first).get("master_key")).getStringValue())
        .hasSizeGreaterThan(30);
  }

  @Test
  void aTargetAndPlainNamesAreAskedFor() throws IOException {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--to", TestServer.newFolder().toString(), "--project", "a/b")).isEqualTo(1);
    assertThat(run("--kubernetes-secret", "keys")).as("outside of a cluster").isEqualTo(1);
  }

  @Test
  void aSecretIsMadeOnceByThePodsAccount() throws IOException, InterruptedException {
    var account = account();
    var asked = new AtomicReference<>("");
    try (var api = new Api(201, asked)) {
      boolean made =
          new KubernetesSecrets(api.address(), account).create("stabbur-keys", Map.of("a", "x y"));

      assertThat(made).isTrue();
      assertThat(asked.get())
          .startsWith("POST /api/v1/namespaces/team/secrets Bearer the-token ")
          .contains("\"name\":\"stabbur-keys\"")
          .contains(Base64.getEncoder().encodeToString("x y".getBytes(StandardCharsets.UTF_8)));
    }
    try (var api = new Api(409, asked)) {
      assertThat(new KubernetesSecrets(api.address(), account).create("keys", Map.of())).isFalse();
    }
    try (var api = new Api(403, asked)) {
      var secrets = new KubernetesSecrets(api.address(), account);
      assertThatThrownBy(() -> secrets.create("keys", Map.of()))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("let the pod's account create secrets");
    }
  }

  private static int run(String... arguments) {
    var all = new String[arguments.length + 2];
    all[0] = "keys";
    all[1] = "generate";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return Stabbur.run(all);
  }

  private static Path account() throws IOException {
    var folder = TestServer.newFolder();
    Files.writeString(folder.resolve("token"), "the-token\n");
    Files.writeString(folder.resolve("namespace"), "team");
    return folder;
  }

  /// Answers every request with one status, and remembers the last.
  private static final class Api implements AutoCloseable {
    private final HttpServer server;

    Api(int status, AtomicReference<String> asked) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            asked.set(
                "%s %s %s %s"
                    .formatted(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        new String(
                            exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
          });
      server.start();
    }

    URI address() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
