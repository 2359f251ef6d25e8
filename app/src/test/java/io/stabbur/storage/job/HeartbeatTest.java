package io.stabbur.storage.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The lease of a job that is busy with one object for long.
class HeartbeatTest {
  private static final Duration OFTEN = Duration.ofMillis(5);

  @Test
  void beatsUntilItIsClosedThoughBeatsFail() throws InterruptedException {
    var beats = new AtomicInteger();
    var fourth = new CountDownLatch(4);
    try (var _ =
        new Heartbeat(
            OFTEN,
            () -> {
              fourth.countDown();
              return switch (beats.incrementAndGet()) {
                case 1 -> throw new ApiException(new Failure.Unavailable("the database"));
                case 2 -> throw new IllegalStateException("unexpected");
                default -> true;
              };
            })) {
      assertThat(fourth.await(10, TimeUnit.SECONDS)).isTrue();
    }
    Thread.sleep(50);
    int after = beats.get();
    Thread.sleep(50);
    assertThat(beats.get()).isEqualTo(after);
  }

  @Test
  void endsWhenThereIsNothingToBeKept() throws InterruptedException {
    var beats = new AtomicInteger();
    try (var _ = new Heartbeat(OFTEN, () -> beats.incrementAndGet() < 2)) {
      Thread.sleep(100);
    }
    assertThat(beats.get()).isEqualTo(2);
  }
}
