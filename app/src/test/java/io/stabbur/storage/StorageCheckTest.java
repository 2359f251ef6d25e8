package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Rows and bytes that do not belong together are found, and bytes without a row removed.
class StorageCheckTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());

  @Test
  void lostBytesAndOrphansAreReportedAndOrphansRemoved() throws IOException {
    var bucket = http.bucket("");
    http.upload(bucket + "/kept", http.service(), "kept");
    http.upload(bucket + "/lost", http.service(), "lost");
    var folder = http.project().folder().resolve("objects/default").resolve(bucket);
    try (var versions = Files.list(folder.resolve("lost"))) {
      Files.delete(versions.findFirst().orElseThrow());
    }
    var orphan = folder.resolve("orphan").resolve(UUID.randomUUID().toString());
    Files.createDirectories(folder.resolve("orphan"));
    Files.writeString(orphan, "nobody's");

    var report = http.get("/check", http.service()).text();
    assertThat(report).contains(bucket + "/lost/").contains(bucket + "/orphan/");
    assertThat(report).doesNotContain(bucket + "/kept/");

    assertThat(http.post("/check/repair", http.service(), "").status()).isEqualTo(200);
    TestServer.shared().bean(Sweeper.class).sweep(http.project());
    assertThat(orphan).doesNotExist();
    assertThat(http.get("/object/" + bucket + "/kept", http.service()).text()).isEqualTo("kept");
    assertThat(http.get("/check", http.anon()).status()).isEqualTo(403);
  }

  @Test
  void whatASweepRemovesMeanwhileIsNoOrphan() throws InterruptedException {
    var bucket = http.bucket("");
    var sweeper = TestServer.shared().bean(Sweeper.class);
    var isOver = new AtomicBoolean();
    var passing =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!isOver.get()) {
                    http.upload(bucket + "/passing", http.service(), "passing");
                    http.delete("/object/" + bucket + "/passing", http.service());
                    sweeper.sweep(http.project());
                  }
                });
    try {
      for (int i = 0; i < 50; i++) {
        assertThat(http.get("/check", http.service()).text()).doesNotContain(bucket + "/passing");
      }
    } finally {
      isOver.set(true);
      passing.join();
    }
  }
}
