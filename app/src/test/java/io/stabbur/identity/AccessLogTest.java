package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What the log of requests says of a path.
class AccessLogTest {
  private static TestServer server = TestServer.shared();

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of("stabbur.gateway.access-log", true));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// The path as the line of one request has it.
  private static String logged(String method, String path) {
    var logger = (Logger) LoggerFactory.getLogger("access");
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    logger.addAppender(lines);
    try {
      Http.send(method, server.url() + path, null);
    } finally {
      logger.detachAppender(lines);
    }
    return List.copyOf(lines.list).stream()
        .map(ILoggingEvent::getFormattedMessage)
        .map(line -> line.replaceAll(".* path=(\\S*) .*", "$1"))
        .reduce("", (before, line) -> before.isEmpty() ? line : before + " | " + line);
  }

  @Test
  void namesOfFilesAreNotLogged() {
    for (var path :
        List.of(
            "/storage/v1/object/documents/ola-nordmann/diagnosis.pdf",
            "/storage/v1/object/public/documents/diagnosis.pdf",
            "/storage/v1/object/sign/documents/diagnosis.pdf?token=x",
            "/storage/v1/object/info/authenticated/documents/diagnosis.pdf",
            "/storage/v1/render/image/public/documents/diagnosis.pdf",
            "/storage/v1/s3/documents/diagnosis.pdf",
            "/storage/v1/upload/resumable/ZG9jdW1lbnRzL2RpYWdub3Npcy5wZGYvdg",
            "/storage/v1/nowhere/documents/diagnosis.pdf",
            "//storage/v1/object/documents/diagnosis.pdf",
            "/storage/v1/object/documents%2Fdiagnosis.pdf",
            "/storage/v1/s3/documents%2fdiagnosis.pdf")) {
      for (var method : List.of("GET", "DELETE", "PATCH")) {
        assertThat(logged(method, path))
            .as(method + " " + path)
            .contains("storage")
            .doesNotContain("diagnosis", "ola", "ZG9jdW1");
      }
    }
  }

  @Test
  void theRouteAndTheBucketAreLogged() {
    assertThat(logged("GET", "/storage/v1/s3/documents/a/b"))
        .isEqualTo("/storage/v1/s3/documents/*");
    assertThat(logged("GET", "/storage/v1/object/documents/a"))
        .isEqualTo("/storage/v1/object/documents/*");
    assertThat(logged("GET", "/storage/v1/object/sign/documents/a"))
        .isEqualTo("/storage/v1/object/sign/*");
    assertThat(logged("GET", "/storage/v1/bucket")).isEqualTo("/storage/v1/bucket");
    assertThat(logged("GET", "/rest/v1/activities")).isEqualTo("/rest/v1/activities");
  }
}
