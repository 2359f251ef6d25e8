package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.testing.FrozenPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The end of projects of which a part fails or hangs.
@Tag("nightly")
class ClosingTest {
  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void aPartThatThrowsKeepsNothingElseOpen() throws Exception {
    try (var server = twoProjects()) {
      var projects = server.bean(Projects.class);
      var all = projects.all();
      var servers = all.stream().map(ClosingTest::postmaster).toList();
      for (var project : all) {
        part(project, "the first failure");
        part(project, "the second failure");
        part(project, "");
      }

      assertThatThrownBy(projects::close)
          .isInstanceOf(IllegalStateException.class)
          .hasStackTraceContaining("the first failure")
          .hasStackTraceContaining("the second failure")
          .hasStackTraceContaining("Suppressed");

      assertThat(closed).as("parts that were closed").hasValue(6);
      for (var project : all) {
        assertThat(project.api().reachable()).as("its pool").isFalse();
      }
      assertThat(servers).as("processes of Postgres").noneMatch(ProcessHandle::isAlive);
    }
  }

  @Test
  void aPostgresThatHangsKeepsNothingElseOpen() throws Exception {
    try (var server = twoProjects()) {
      var projects = server.bean(Projects.class);
      var all = projects.all();
      part(all.getFirst(), "");
      part(all.getLast(), "");
      var began = Instant.now();
      try (var _ = FrozenPostgres.freeze(all.getFirst())) {
        all.forEach(
            project -> {
              try {
                project.close();
              } catch (IllegalStateException e) {
                assertThat(project).as("the one that hangs").isEqualTo(all.getFirst());
              }
            });
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(90));
      }
      assertThat(closed).hasValue(2);
    }
  }

  @Test
  void aPartThatIsBeingMadeIsClosedToo() throws Exception {
    try (var server = twoProjects()) {
      var project = server.bean(Projects.class).all().getLast();
      var isBegun = new CountDownLatch(1);
      var mayEnd = new CountDownLatch(1);
      var slow =
          new PerProject<AutoCloseable>(
              _ -> {
                isBegun.countDown();
                awaitQuietly(mayEnd);
                return closed::incrementAndGet;
              });
      var maker = Thread.ofVirtual().start(() -> slow.of(project));
      isBegun.await();
      var closing = Thread.ofVirtual().start(() -> server.bean(Projects.class).remove(project));
      assertThat(closing.join(Duration.ofSeconds(1))).isFalse();
      mayEnd.countDown();
      maker.join();
      closing.join();
      assertThat(closed).hasValue(1);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static TestServer twoProjects() {
    return TestServer.start(
        Map.of(
            "stabbur.projects.aaa.hosts", List.of("a.example.org"),
            "stabbur.projects.bbb.hosts", List.of("b.example.org")));
  }

  /// Gives a project a part that fails when it is closed, unless the failure is empty.
  private void part(Project project, String failure) {
    var _ =
        new PerProject<AutoCloseable>(
                _ ->
                    () -> {
                      closed.incrementAndGet();
                      if (!failure.isEmpty()) {
                        throw new IOException(failure);
                      }
                    })
            .of(project);
  }

  private static ProcessHandle postmaster(Project project) {
    try {
      var pid = Files.readAllLines(project.folder().resolve("postgres/postmaster.pid")).getFirst();
      return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
