package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.realtime.change.StreamState.Failed;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/// A database of an operator's own that is not set up for replication.
class MissingReplicationTest {
  private static final long RETRIES = Duration.ofMillis(1500).toNanos();
  private static final String ALICE = "11111111-1111-4111-8111-111111111111";

  @Test
  void theChannelIsToldAndTheOperatorLearnsWhatToDo() {
    try (var postgres = InstalledPostgres.start("max_replication_slots = 0");
        var server = serving(postgres);
        var bench = new FeedBench(server)) {
      var messages = bench.feeds().of(bench.project()).listen((id, topic, event, body, room) -> {});
      bench.table("notes", "id int primary key");
      var got = new Recorder();
      var subscription =
          bench.subscription(bench.user(ALICE), got, bench.binding(1, "*", "notes", null));

      assertThat(got.nextSystem())
          .startsWith("error: Unable to subscribe to changes: the database's stream of changes");
      assertThat(subscription.refusals()).hasSize(1);
      assertThat(bench.feeds().state(bench.project()))
          .isInstanceOfSatisfying(
              Failed.class,
              failed -> {
                assertThat(failed.sqlState()).isEqualTo("55000");
                assertThat(failed.advice()).contains("set wal_level = logical");
              });
      // and stays told so while the next attempts are under way
      for (long end = System.nanoTime() + RETRIES; System.nanoTime() < end; Thread.onSpinWait()) {
        assertThat(bench.feeds().state(bench.project())).isInstanceOf(Failed.class);
      }
      // whoever listens to messages of the database is told that none come
      assertThat(messages.ready().toCompletableFuture())
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining("the stream cannot be read");
      messages.close();
    }
  }

  private static TestServer serving(InstalledPostgres postgres) {
    return TestServer.start(
        Map.of(
            "stabbur.projects.default.database-url",
            "postgresql://127.0.0.1:" + postgres.port() + "/postgres",
            "stabbur.projects.default.admin-password",
            postgres.superuser().password().reveal()));
  }
}
