package io.stabbur.auth.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The least time of answers that must not tell whether an account exists; how well it works over
/// the wire is measured by [io.stabbur.auth.TimingTest].
class ConstantTimeTest {
  /// What a hash of cost 8 is given: 250 ms are for cost 10, and each step halves it.
  private static final Duration PACE = Duration.ofNanos(62_500_000);

  private final ConstantTime constantTime =
      new ConstantTime(new PasswordSettings(6, null, null, 8, 0, 500, false, false));

  @Test
  void anAnswerTakesTheLeastTimeWhetherThereWasWorkOrNone() {
    assertThat(time(() -> "nothing to do")).isGreaterThanOrEqualTo(PACE);
    assertThat(time(() -> sleep(30))).isGreaterThanOrEqualTo(PACE);
  }

  @Test
  void aRefusalTakesTheLeastTimeToo() {
    long start = System.nanoTime();

    assertThatThrownBy(
            () ->
                constantTime.run(
                    () -> {
                      throw new IllegalStateException("refused");
                    }))
        .hasMessage("refused");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(PACE);
  }

  private Duration time(java.util.function.Supplier<String> work) {
    long start = System.nanoTime();
    assertThat(constantTime.run(work)).isNotEmpty();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static String sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return "done";
  }
}
