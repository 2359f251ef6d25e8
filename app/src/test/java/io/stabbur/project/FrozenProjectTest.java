package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.FrozenPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two projects in one process, of which the first has a Postgres that answers nothing.
class FrozenProjectTest {
  private static TestServer server;
  private static Project frozen;
  private static Project other;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.projects.aaa.hosts", List.of("frozen.example.org"),
                "stabbur.projects.bbb.hosts", List.of("other.example.org"),
                "stabbur.upkeep.audit-seal-every", "200ms",
                "stabbur.upkeep.statistics-every", "200ms",
                "stabbur.storage.sweep-every", "200ms"));
    var projects = server.bean(Projects.class).all();
    frozen = projects.getFirst();
    other = projects.getLast();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aProjectWhosePostgresHangsHoldsUpTheUpkeepOfNoOther() throws Exception {
    Await.until("seals of both", () -> Files.exists(seals(frozen)) && Files.exists(seals(other)));
    try (var _ = FrozenPostgres.freeze(frozen)) {
      Thread.sleep(1000);
      for (int round = 0; round < 2; round++) {
        delete(seals(other));
        note("gone-" + round);

        Await.until("the audit log of the other is sealed", () -> Files.exists(seals(other)));
        Await.until("the storage of the other is swept", () -> notes() == 0);
      }
    }
    delete(seals(frozen));
    Await.until(
        "the one that hung is looked after again",
        Duration.ofSeconds(40),
        () -> Files.exists(seals(frozen)));
  }

  private static Path seals(Project project) {
    return project.folder().resolve("audit-seals.json");
  }

  private static void note(String name) {
    TestPostgres.execute(
        other.admin().login(),
        "set role supabase_storage_admin; insert into stabbur_storage.byte_removals (bucket_id, name, version) values ('b', '%s', 'v')"
            .formatted(name));
    assertThat(name).isNotEmpty();
  }

  private static int notes() {
    return Integer.parseInt(
        String.valueOf(
            TestPostgres.value(
                other.admin().login(),
                "select count(*)::text from stabbur_storage.byte_removals")));
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
