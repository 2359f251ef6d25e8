package io.stabbur.platform.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A value of another server: when it is asked for again, and what callers get while the other
/// server is slow or gone. The clock is moved by hand; a load that must take long waits for a
/// latch.
class RemoteSnapshotTest {
  private static final Duration AGE = Duration.ofMinutes(10);
  private static final Duration TOLERATED = Duration.ofHours(1);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final AtomicInteger loads = new AtomicInteger();
  private volatile Callable<String> answer = () -> "value " + loads.get();
  private final RemoteSnapshot<String> snapshot =
      new RemoteSnapshot<>(this::load, TOLERATED, new MovedClock());

  private final class MovedClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now.get();
    }
  }

  private String load(@Nullable String previous) {
    loads.incrementAndGet();
    try {
      return answer.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void pass(Duration time) {
    now.updateAndGet(moment -> moment.plus(time));
  }

  private static String fail() {
    throw new ApiException(new Failure.Unavailable("gone"));
  }

  @Test
  void itIsLoadedWhenItIsAskedForFirst() {
    assertThat(loads).hasValue(0);
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
    assertThat(loads).hasValue(1);
  }

  @Test
  void itIsLoadedAgainAtItsAge() {
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
    pass(AGE.minusMillis(1));
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
    pass(Duration.ofMillis(1));
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 2");
  }

  @Test
  void eachCallerHasItsOwnAge() {
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
    pass(Duration.ofMinutes(1));

    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
    assertThat(snapshot.refreshedWithin(Duration.ofSeconds(30))).isEqualTo("value 2");
    assertThat(snapshot.youngerThan(Duration.ofSeconds(1))).isEqualTo("value 2");
  }

  @Test
  void theLoaderGetsTheValueBefore() {
    var seen = new ArrayList<@Nullable String>();
    var kept =
        new RemoteSnapshot<String>(
            previous -> {
              seen.add(previous);
              return "value " + seen.size();
            },
            TOLERATED,
            new MovedClock());

    assertThat(kept.youngerThan(AGE)).isEqualTo("value 1");
    pass(AGE);
    assertThat(kept.youngerThan(AGE)).isEqualTo("value 2");

    assertThat(seen).containsExactly(null, "value 1");
  }

  @Test
  void aValueIsUsedWhileTheOtherServerIsGone() {
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
    answer = RemoteSnapshotTest::fail;
    pass(TOLERATED.minusMillis(1));

    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
    pass(Duration.ofSeconds(5));

    unavailable(() -> snapshot.youngerThan(AGE));
  }

  @Test
  void withoutAValueAFailureIsTheLoaders() {
    answer = RemoteSnapshotTest::fail;

    unavailable(() -> snapshot.youngerThan(AGE));
    assertThat(loads).hasValue(1);
  }

  @Test
  void aFailedLoadIsNotRepeatedForFiveSeconds() {
    answer = RemoteSnapshotTest::fail;
    for (int i = 0; i < 10; i++) {
      unavailable(() -> snapshot.youngerThan(AGE));
    }
    assertThat(loads).hasValue(1);

    pass(Duration.ofMillis(4_999));
    unavailable(() -> snapshot.refreshedWithin(AGE));
    assertThat(loads).hasValue(1);

    pass(Duration.ofMillis(1));
    answer = () -> "back";
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("back");
  }

  @Test
  void aFaultOfTheLoaderIsNotTakenForARefusal() {
    answer =
        () -> {
          throw new IllegalArgumentException("a mistake");
        };

    assertThatIllegalStateException()
        .isThrownBy(() -> snapshot.youngerThan(AGE))
        .withCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manyCallersCauseOneLoad() throws Exception {
    var asked = new CountDownLatch(1);
    answer =
        () -> {
          await(asked);
          return "value " + loads.get();
        };

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<String>>();
      for (int i = 0; i < 50; i++) {
        answers.add(threads.submit(() -> snapshot.youngerThan(AGE)));
      }
      asked.countDown();
      for (var each : answers) {
        assertThat(each.get(5, TimeUnit.SECONDS)).isEqualTo("value 1");
      }
    }
    assertThat(loads).hasValue(1);
  }

  /// Whoever has a value that can be used waits a second at most for a new one.
  @Test
  void aSlowLoadKeepsNobodyWhoHasAValue() throws Exception {
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
    var released = new CountDownLatch(1);
    answer =
        () -> {
          await(released);
          return "new";
        };
    pass(AGE);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var patient = threads.submit(() -> snapshot.refreshedWithin(AGE));
      long began = System.nanoTime();
      assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
      long waited = System.nanoTime() - began;
      // the second counts from the begin of the load, so the next has waited for it already
      assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");
      assertThat(Duration.ofNanos(System.nanoTime() - began - waited))
          .isLessThan(Duration.ofMillis(500));

      released.countDown();
      assertThat(patient.get(5, TimeUnit.SECONDS)).isEqualTo("new");
    }
    assertThat(loads).hasValue(2);
  }

  @Test
  void aConditionIsAskedOfAYoungValueOnly() {
    assertThat(snapshot.holds(_ -> true, AGE)).isFalse();
    assertThat(snapshot.youngerThan(AGE)).isEqualTo("value 1");

    assertThat(snapshot.holds("value 1"::equals, AGE)).isTrue();
    assertThat(snapshot.holds("value 2"::equals, AGE)).isFalse();
    pass(AGE);
    assertThat(snapshot.holds("value 1"::equals, AGE)).isFalse();
    assertThat(loads).hasValue(1);
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void unavailable(ThrowingCallable call) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.error()).isEqualTo(new Failure.Unavailable("gone")));
  }
}
