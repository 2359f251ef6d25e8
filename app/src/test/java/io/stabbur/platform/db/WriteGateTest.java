package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Writes that wait while their database is moved.
class WriteGateTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final WriteGate gate = new WriteGate();

  /// A thread that wants to write.
  private final class Writer {
    private final CountDownLatch passed = new CountDownLatch(1);
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final Thread thread = Thread.ofVirtual().start(this::run);

    private void run() {
      try {
        gate.pass();
      } catch (RuntimeException e) {
        failure.set(e);
      }
      passed.countDown();
    }

    boolean hasPassedWithin(Duration time) throws InterruptedException {
      return passed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void withoutAHoldNobodyWaits() throws InterruptedException {
    assertThat(new Writer().hasPassedWithin(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void aHoldKeepsWritersUntilItIsReleased() throws InterruptedException {
    gate.hold(LONG);
    var one = new Writer();
    var two = new Writer();
    assertThat(one.hasPassedWithin(Duration.ofMillis(100))).isFalse();

    gate.release();

    assertThat(one.hasPassedWithin(Duration.ofSeconds(5))).isTrue();
    assertThat(two.hasPassedWithin(Duration.ofSeconds(5))).isTrue();
    assertThat(new Writer().hasPassedWithin(Duration.ofSeconds(5))).isTrue();
  }

  /// The mover may be gone.
  @Test
  void aHoldEndsByItself() throws InterruptedException {
    gate.hold(Duration.ofMillis(100));

    var writer = new Writer();

    assertThat(writer.hasPassedWithin(Duration.ofSeconds(5))).isTrue();
    assertThat(writer.failure).hasValue(null);
  }

  /// The mover says again and again that it is still there.
  @Test
  void aHoldIsProlonged() throws InterruptedException {
    gate.hold(Duration.ofMillis(50));
    var writer = new Writer();
    gate.hold(LONG);
    assertThat(writer.hasPassedWithin(Duration.ofMillis(300))).isFalse();

    gate.release();

    assertThat(writer.hasPassedWithin(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void aSecondHoldKeepsThoseWhoComeAfterTheFirst() throws InterruptedException {
    gate.hold(LONG);
    gate.release();
    gate.hold(LONG);

    var writer = new Writer();

    assertThat(writer.hasPassedWithin(Duration.ofMillis(100))).isFalse();
    gate.release();
    assertThat(writer.hasPassedWithin(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void aReleaseWithoutAHoldIsNothing() throws InterruptedException {
    gate.release();

    assertThat(new Writer().hasPassedWithin(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void whoIsInterruptedIsTold() throws InterruptedException {
    gate.hold(LONG);
    var writer = new Writer();

    writer.thread.interrupt();

    assertThat(writer.hasPassedWithin(Duration.ofSeconds(5))).isTrue();
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(
            () -> {
              throw java.util.Objects.requireNonNull(writer.failure.get());
            })
        .satisfies(
            e ->
                assertThat(e.error()).isEqualTo(new Failure.Unavailable("The server is stopping")));
  }
}
