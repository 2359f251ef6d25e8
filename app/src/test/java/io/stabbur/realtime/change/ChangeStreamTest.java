package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.realtime.change.StreamState.Stopped;
import io.stabbur.realtime.change.StreamState.Streaming;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The stream behind the feed: its life, its interruptions, and transactions of any size.
class ChangeStreamTest {
  private static final long STEP = 4 << 20;
  private static final String ALICE = "11111111-1111-4111-8111-111111111111";
  private static TestServer server;
  private FeedBench bench;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of("stabbur.realtime.changes.linger", "1s"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    bench = new FeedBench(server);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void anInterruptionIsToldAndTheStreamComesBack() {
    // R32
    bench.table("notes", "id int primary key");
    var got = bench.listen(bench.user(ALICE), "notes");
    var bare = bench.listen(bench.user(ALICE), "nowhere");
    assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    assertThat(bare.nextSystem()).startsWith("error: Unable to subscribe");

    long start = System.nanoTime();
    sql(
        "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name like"
            + " 'stabbur_realtime%'");

    assertThat(got.nextSystem())
        .startsWith("error: The database's stream of changes was interrupted");
    assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    bench.sql("insert into notes values (1)");
    assertThat(got.next().number("id")).isEqualTo(1);
    assertThat(slots()).isEqualTo("1");
  }

  @Test
  void aRestartOfPostgresIsToldAndTheStreamComesBack() throws Exception {
    bench.table("notes", "id int primary key");
    var got = bench.listen(bench.user(ALICE), "notes");
    assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");

    endPostgres();

    assertThat(got.nextSystem())
        .startsWith("error: The database's stream of changes was interrupted");
    assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    bench.sql("insert into notes values (1)");
    assertThat(got.next().number("id")).isEqualTo(1);
  }

  @Test
  void theStreamEndsWhenNobodyListensAndBeginsWithTheNext() {
    // R28: nothing holds the log back
    bench.table("notes", "id int primary key");
    var feeds = bench.feeds();
    var got = new Recorder();
    var subscription =
        bench.subscription(bench.user(ALICE), got, bench.binding(1, "*", "notes", null));
    assertThat(feeds.state(bench.project())).isInstanceOf(Streaming.class);

    subscription.close();

    Await.until("the stream ends", () -> feeds.state(bench.project()) instanceof Stopped);
    Await.until("the slot is gone", () -> slots().equals("0"));
    var next = bench.listen(bench.user(ALICE), "notes");
    bench.sql("insert into notes values (1)");
    next.next();
  }

  @Test
  void aLargeTransactionPassesInPortions() {
    // R28
    large(5_000, 64 << 20);
  }

  @Test
  @Tag("nightly")
  void aTransactionOfAMillionRowsKeepsTheHeapFlat() {
    // R28
    large(1_000_000, 128 << 20);
  }

  private void large(int rows, long limit) {
    bench.guarded("bulk", "id int primary key, word text", "id % 1000 = 0");
    bench.sql(
        "insert into bulk select i, repeat('w', 100) from generate_series(1, " + rows + ") i");
    var counted = new Counter();
    bench.subscription(bench.user(ALICE), counted, bench.binding(1, "UPDATE", "bulk", null));
    System.gc();
    long before = used();

    bench.sql("update bulk set word = repeat('v', 100)");

    long most = 0;
    long end = System.nanoTime() + Duration.ofMinutes(4).toNanos();
    while (counted.count < rows / 1000 && System.nanoTime() < end) {
      pause();
      // not for each byte: a collection takes the JVM's whole time
      if (used() - before > most + STEP) {
        System.gc();
        most = Math.max(most, used() - before);
      }
    }
    assertThat(counted.count).isEqualTo(rows / 1000);
    assertThat(counted.outOfOrder).isZero();
    assertThat(most).isLessThan(limit);
  }

  /// Counts the events of rows whose numbers grow.
  private static final class Counter implements ChangeSink {
    private volatile int count;
    private volatile int outOfOrder;
    private int last;

    @Override
    public synchronized void change(int[] ids, byte[] data) {
      var text = new String(data, StandardCharsets.UTF_8);
      int id = Integer.parseInt(text.replaceAll("(?s).*\"record\":\\{\"id\":(\\d+),.*", "$1"));
      if (id < last) {
        outOfOrder++;
      }
      last = id;
      count++;
    }

    @Override
    public void system(String status, String message) {}
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String slots() {
    return Objects.requireNonNull(
        TestPostgres.value(
            server.project().admin().login(),
            "select count(*) from pg_replication_slots where slot_name like 'stabbur_realtime%'"));
  }

  private static void sql(String sql) {
    TestPostgres.execute(server.project().admin().login(), sql);
  }

  private static void endPostgres() throws IOException, InterruptedException {
    var folder = TestPostgres.value(server.project().admin().login(), "show data_directory");
    var pid = Files.readAllLines(Path.of(folder, "postmaster.pid")).getFirst().strip();
    assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
  }
}
