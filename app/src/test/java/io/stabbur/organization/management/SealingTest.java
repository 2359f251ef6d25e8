package io.stabbur.organization.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Sealing the audit log while the file of seals outside the database is damaged.
class SealingTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of("stabbur.upkeep.audit-seal-every", "200ms"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aDamagedFileOfSealsEndsNoSealing() throws IOException, InterruptedException {
    var file = seals();
    for (var damaged :
        List.of("{\"no-uuid\":{\"number\":1,\"seal\":\"00\"}}", "{\"", "[1]", "{\"a\":", "")) {
      Await.until("the log is sealed", () -> Files.exists(file));
      Files.writeString(file, damaged);
      Thread.sleep(600);

      assertThat(seal()).as(damaged).isEqualTo(503);
      assertThat(Files.readString(file)).as("a damaged file is kept").isEqualTo(damaged);
      Files.delete(file);
    }
    Await.until("the log is sealed after all of that", () -> Files.exists(file));
    assertThat(seal()).isEqualTo(204);
  }

  private static int seal() {
    var key = server.project().keys().serviceRoleKey().reveal();
    return Http.send(
            "POST",
            server.url() + "/admin/v1/audit/seals",
            null,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key)
        .statusCode();
  }

  private static Path seals() {
    return server.project().folder().resolve("audit-seals.json");
  }
}
