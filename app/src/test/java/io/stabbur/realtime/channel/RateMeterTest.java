package io.stabbur.realtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateMeterTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(-7 * SECOND);
  private final RateMeter meter = new RateMeter(now::get);

  @Test
  void aBurstPassesAsLongAsTheAverageOfAMinuteHolds() {
    meter.add(60);
    assertThat(meter.exceeds(1)).isFalse();
    meter.add(1);
    assertThat(meter.exceeds(1)).isTrue();
    assertThat(meter.exceeds(0)).as("no limit").isFalse();
  }

  @Test
  void whatIsAMinuteOldNoLongerCounts() {
    for (int i = 0; i < 30; i++) {
      meter.add(10);
      now.addAndGet(5 * SECOND);
    }
    assertThat(meter.exceeds(2)).isFalse();
    assertThat(meter.exceeds(1)).isTrue();
    now.addAndGet(61 * SECOND);
    assertThat(meter.exceeds(1)).isFalse();
    now.addAndGet(1_000_000 * SECOND);
    meter.add(1);
    assertThat(meter.exceeds(1)).isFalse();
  }
}
