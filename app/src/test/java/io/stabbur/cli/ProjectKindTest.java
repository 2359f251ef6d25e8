package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `stabbur project move` does at the change over depends on what kind of project it is, which
/// a server says or does not.
class ProjectKindTest {
  private static final String ACCESS =
      """
      {"DB_URL": "postgresql://a:b@127.0.0.1:1/old", "MOVED_FROM_URL": "postgresql://a:b@127.0.0.1:1/older"}
      """;

  @ParameterizedTest
  @ValueSource(ints = {204, 401, 403, 500, 503})
  void aMoveIsNotBegunWhereTheServerDoesNotSayWhatAProjectIs(int status) throws IOException {
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/admin/v1/projects/choir",
        exchange -> {
          var isAccess = exchange.getRequestURI().getPath().endsWith("/access");
          var isStep = exchange.getRequestURI().getPath().endsWith("/move");
          var body = (isAccess ? ACCESS : "{}").getBytes(StandardCharsets.UTF_8);
          int answered = isAccess ? 200 : isStep ? 204 : status;
          exchange.sendResponseHeaders(answered, answered == 204 ? -1 : body.length);
          if (answered != 204) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    http.start();
    var folder = new DataFolder(TestServer.newFolder());
    folder.claim();
    try {
      var running = new Properties();
      running.setProperty("LOCAL_URL", "http://127.0.0.1:" + http.getAddress().getPort());
      running.setProperty(DataFolder.OPERATOR_TOKEN, "token");
      folder.write(running);
      var ended =
          Commands.run(
              "",
              "project",
              "move",
              "choir",
              "--to",
              "postgresql://a:b@127.0.0.1:1/new",
              "--data",
              folder.path().toString());
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.errors())
          .contains("does not say what project choir is (status %d)".formatted(status));
    } finally {
      folder.release();
      http.stop(0);
    }
  }
}
