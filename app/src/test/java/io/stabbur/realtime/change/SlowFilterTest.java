package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A filter that costs too much loses the events of whoever wrote it, and holds up nobody else.
class SlowFilterTest {
  private static final String ALICE = "11111111-1111-4111-8111-111111111111";
  private static final String MALLORY = "99999999-9999-4999-8999-999999999999";

  /// Tries all ways to divide half of a text into three.
  private static final String COSTLY = "word=match.^(.+)(.+)(.+)x\\1\\2\\3x$";

  private FeedBench bench;

  @BeforeEach
  void open() {
    bench = new FeedBench(TestServer.shared());
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aCostlyFilterLosesTheEventsOfItsWriterAlone() {
    // R1
    bench.table("notes", "id int primary key, word text");
    var alice = bench.subscribe(bench.user(ALICE), bench.binding(1, "*", "notes", "word=like.a%x"));
    var mallory = bench.subscribe(bench.user(MALLORY), bench.binding(1, "*", "notes", COSTLY));
    assertThat(mallory.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");

    for (int i = 1; i <= 5; i++) {
      long start = System.nanoTime();
      bench.sql(
          "insert into notes values (%d, repeat('a', 600) || 'x' || repeat('b', 600) || 'x')"
              .formatted(i));
      assertThat(alice.next().number("id")).isEqualTo(i);
      // all filters together for two seconds, each caller's for a quarter, then hers not at all
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isLessThan(Duration.ofMillis(i == 1 ? 6_000 : 1_500));
    }

    assertThat(mallory.nextSystem()).startsWith("error: Changes may be missing because");
    assertThat(mallory.rest()).isEmpty();
    assertThat(alice.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    assertThat(alice.systems()).isEmpty();
  }
}
