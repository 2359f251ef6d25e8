package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A subscriber whose policies of one table took too long: that table is not asked about for a
/// while.
class SlowPolicyTest {
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
  void itsOtherTablesGoOnAndWhatIsNotAskedIsCounted() {
    var slow = "id int primary key, owner uuid";
    bench.guarded("slow", slow, "owner = (select auth.uid())");
    bench.guarded("fast", slow, "owner = (select auth.uid())");
    var who = UUID.randomUUID().toString();
    var caller = bench.user(who);
    var ofSlow = bench.listen(caller, "slow");
    var ofFast = bench.listen(caller, "fast");
    var counts = bench.feeds().counts(bench.project());
    long paused = counts.probesPaused();
    ((Feed) bench.feeds().of(bench.project())).key(caller).pause(bench.oid("slow"));

    bench.sql("insert into slow values (1, '" + who + "')");
    bench.sql("insert into fast values (2, '" + who + "')");

    assertThat(ofFast.next().number("id")).isEqualTo(2);
    assertThat(ofSlow.rest()).isEmpty();
    assertThat(counts.probesPaused()).isEqualTo(paused + 1);
  }

  @Test
  void aPauseIsOfOneTableAndEndsWithAnAnswerAboutIt() {
    var key = new ClaimsKey(bench.user(UUID.randomUUID().toString()));
    key.failed(1);
    key.pause(1);
    assertThat(key.isPaused(1)).isTrue();
    assertThat(key.hasFailed(1)).isTrue();
    assertThat(key.isPaused(2)).isFalse();
    assertThat(key.hasFailed(2)).isFalse();
    key.answered(2);
    assertThat(key.isPaused(1)).isTrue();
    key.answered(1);
    assertThat(key.isPaused(1)).isFalse();
    assertThat(key.hasFailed(1)).isFalse();
  }
}
