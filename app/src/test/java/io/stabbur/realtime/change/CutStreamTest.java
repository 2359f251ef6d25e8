package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.StreamCutter;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The stream ends at a random byte, or because it keeps too much of the log: what comes is whole
/// and in order, and what is missing is told.
class CutStreamTest {
  private static final String ALICE = "11111111-1111-4111-8111-111111111111";
  private static final int CUTS = Integer.getInteger("realtime.cuts", 3);
  private static final Random RANDOM = new Random(Long.getLong("realtime.seed", 5));
  private final InstalledPostgres postgres = InstalledPostgres.start();
  private final StreamCutter cutter;
  private TestServer server = TestServer.shared();

  CutStreamTest() throws IOException {
    cutter = StreamCutter.to(postgres.port());
  }

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.projects.default.database-url",
                "postgresql://127.0.0.1:" + cutter.port() + "/postgres",
                "stabbur.projects.default.admin-password",
                postgres.superuser().password().reveal(),
                "stabbur.realtime.changes.slot-limit",
                40_000_000));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    cutter.close();
    postgres.close();
  }

  @Test
  void aStreamThatIsCutAtARandomByteTellsWhatIsMissing() throws InterruptedException {
    try (var bench = new FeedBench(server)) {
      bench.table("notes", "id int primary key, word text");
      var got = bench.listen(bench.user(ALICE), "notes");
      assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
      int id = 0;
      for (int cut = 0; cut < CUTS; cut++) {
        cutter.cutAfter(RANDOM.nextInt(1, 60_000));
        boolean told = false;
        long start = 0;
        for (int i = 0; !told && i < 2_000; i++) {
          bench.sql("insert into notes values (%d, repeat('w', 500))".formatted(++id));
          for (var system : got.systems()) {
            told |= system.startsWith("error: The database's stream of changes was interrupted");
            start = System.nanoTime();
          }
        }
        assertThat(told).isTrue();
        while (!got.nextSystem().equals("ok: Subscribed to PostgreSQL")) {
          // said once more
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      }
      bench.sql("insert into notes values (%d, 'last')".formatted(++id));
      var ids = new ArrayList<Integer>();
      for (var event = got.next(); ; event = got.next()) {
        ids.add(event.number("id"));
        if (event.number("id") == id) {
          break;
        }
        assertThat(event.word("word")).hasSize(500);
      }
      assertThat(ids).isSorted().doesNotHaveDuplicates();
      int gaps = 0;
      for (int i = 1; i < ids.size(); i++) {
        gaps += ids.get(i) == ids.get(i - 1) + 1 ? 0 : 1;
      }
      // no gap without a word
      assertThat(gaps).isLessThanOrEqualTo(CUTS);
    }
  }

  /// R28: a transaction under way keeps the log from being forgotten.
  @Test
  @Tag("nightly")
  void aStreamThatKeepsTooMuchOfTheLogBeginsAnew() throws Exception {
    var login = postgres.superuser();
    try (var bench = new FeedBench(server)) {
      bench.table("notes", "id int primary key");
      var got = bench.listen(bench.user(ALICE), "notes");
      assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
      try (var connection =
              DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
          var statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("select pg_current_xact_id()");
        bench.sql(
            "create table other as select repeat(md5(i::text), 20) from generate_series(1, 100000)"
                + " i");
        assertThat(got.nextSystem())
            .startsWith("error: The database's stream of changes was interrupted");
        connection.rollback();
      }
      while (!got.nextSystem().equals("ok: Subscribed to PostgreSQL")) {
        // the stream waits for the transaction
      }
      bench.sql("insert into notes values (1)");
      assertThat(got.next().number("id")).isEqualTo(1);
    }
  }
}
