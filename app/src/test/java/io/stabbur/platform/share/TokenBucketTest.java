package io.stabbur.platform.share;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// So many things in so much time, by a clock that the test moves.
class TokenBucketTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = START;

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3600", "30, 300", "150, 300", "1000, 1"})
  void aFullBucketGivesItsSizeAtOnce(int size, int seconds) {
    var bucket = new TokenBucket(size, Duration.ofSeconds(seconds));

    assertThat(taken(bucket, size + 10)).isEqualTo(size);
  }

  @Test
  void oneIsThereAgainAfterItsPartOfTheTime() {
    var bucket = emptied(30, Duration.ofMinutes(5));

    pass(Duration.ofMillis(9_999));
    assertThat(bucket.take(now)).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(bucket.take(now)).isTrue();
    assertThat(bucket.take(now)).isFalse();
  }

  @Test
  void allAreThereAgainAfterTheWholeTime() {
    var bucket = emptied(30, Duration.ofMinutes(5));

    pass(Duration.ofMinutes(5));
    assertThat(taken(bucket, 100)).isEqualTo(30);
  }

  @Test
  void noMoreThanItsSizeIsSavedUp() {
    var bucket = emptied(30, Duration.ofMinutes(5));

    pass(Duration.ofDays(365));
    assertThat(taken(bucket, 100)).isEqualTo(30);
  }

  /// An address that is asked for by many at once must not be refused for as long as they ask.
  @ParameterizedTest
  @CsvSource({"100", "1000", "10000", "999999", "1000000"})
  void howOftenItIsAskedDoesNotKeepItEmpty(long nanos) {
    var bucket = emptied(1000, Duration.ofSeconds(1));
    int taken = 0;

    long steps = Duration.ofMillis(100).toNanos() / nanos;
    for (long i = 0; i < steps; i++) {
      pass(Duration.ofNanos(nanos));
      taken += bucket.take(now) ? 1 : 0;
    }

    assertThat(taken).isBetween(98, 100);
  }

  /// However the requests come, no window of the time lets more through than twice the size.
  @Test
  void aWindowNeverLetsThroughMoreThanTwiceTheSize() {
    var random = new Random(1);
    var bucket = new TokenBucket(20, Duration.ofSeconds(10));
    var given = new java.util.ArrayDeque<Instant>();

    for (int i = 0; i < 20_000; i++) {
      pass(Duration.ofNanos((long) (random.nextDouble() * random.nextInt(200) * 1_000_000L)));
      if (bucket.take(now)) {
        given.add(now);
      }
      var begin = now.minusSeconds(10);
      given.removeIf(each -> each.isBefore(begin));
      assertThat(given).hasSizeLessThanOrEqualTo(41);
    }
  }

  @Test
  void aClockThatIsSetBackGivesNothingAndCountsFromThere() {
    var bucket = emptied(10, Duration.ofSeconds(10));

    now = now.minusSeconds(3600);
    assertThat(bucket.take(now)).isFalse();
    pass(Duration.ofMillis(999));
    assertThat(bucket.take(now)).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(bucket.take(now)).isTrue();
    assertThat(bucket.take(now)).isFalse();
  }

  /// Threads look at the clock before they wait for each other.
  @Test
  void callsOutOfOrderAreNotCreditedTwice() {
    var random = new Random(2);
    var bucket = emptied(1000, Duration.ofSeconds(1));
    int taken = 0;

    for (int i = 0; i < 10_000; i++) {
      pass(Duration.ofNanos(10_000));
      taken += bucket.take(now.minusNanos(random.nextInt(900_000))) ? 1 : 0;
    }

    assertThat(taken).isBetween(90, 100);
  }

  @Test
  void noTimeAtAllIsNoDivisionByZero() {
    var bucket = new TokenBucket(5, Duration.ZERO);

    assertThat(taken(bucket, 100)).isEqualTo(5);
    pass(Duration.ofSeconds(1));
    assertThat(taken(bucket, 100)).isEqualTo(5);
  }

  private TokenBucket emptied(int size, Duration refill) {
    var bucket = new TokenBucket(size, refill);
    assertThat(taken(bucket, size)).isEqualTo(size);
    return bucket;
  }

  private int taken(TokenBucket bucket, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += bucket.take(now) ? 1 : 0;
    }
    return taken;
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
