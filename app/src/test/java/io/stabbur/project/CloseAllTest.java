package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Closing several parts of which some throw or hang.
class CloseAllTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final CloseAll parts = new CloseAll();
  private final List<String> closed = new ArrayList<>();

  @Test
  void allAreClosedInTurn() {
    parts.close("one", LIMIT, () -> closed.add("one"));
    parts.close("two", LIMIT, () -> closed.add("two"));

    assertThatCode(parts::throwFailure).doesNotThrowAnyException();
    assertThat(closed).containsExactly("one", "two");
  }

  @Test
  void aFailureKeepsNoOtherFromBeingClosed() {
    parts.close(
        "one",
        LIMIT,
        () -> {
          throw new IOException("broken");
        });
    parts.close("two", LIMIT, () -> closed.add("two"));
    parts.close(
        "three",
        LIMIT,
        () -> {
          throw new StackOverflowError();
        });
    parts.close("four", LIMIT, () -> closed.add("four"));

    assertThat(closed).containsExactly("two", "four");
    assertThatIllegalStateException()
        .isThrownBy(parts::throwFailure)
        .withMessage("one could not be closed")
        .withCauseInstanceOf(IOException.class)
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .satisfies(
                        other ->
                            assertThat(other)
                                .hasMessage("three could not be closed")
                                .hasCauseInstanceOf(StackOverflowError.class)));
  }

  @Test
  void onePartThatHangsIsInterruptedAndLeftBehind() throws InterruptedException {
    var interrupted = new CountDownLatch(1);
    parts.close(
        "one",
        SHORT,
        () -> {
          try {
            Thread.sleep(Duration.ofMinutes(1));
          } finally {
            interrupted.countDown();
          }
        });
    parts.close("two", LIMIT, () -> closed.add("two"));

    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(closed).containsExactly("two");
    assertThatIllegalStateException()
        .isThrownBy(parts::throwFailure)
        .withMessage("one did not close in time");
  }

  @Test
  void onePartThatHearsNoInterruptIsLeftBehindToo() {
    var released = new CountDownLatch(1);
    parts.close(
        "one",
        SHORT,
        () -> {
          boolean isReleased = false;
          while (!isReleased) {
            try {
              isReleased = released.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
              // as a driver that swallows interrupts
            }
          }
        });
    parts.close("two", LIMIT, () -> closed.add("two"));
    released.countDown();

    assertThat(closed).containsExactly("two");
    assertThatIllegalStateException()
        .isThrownBy(parts::throwFailure)
        .withMessage("one did not close in time");
  }

  /// A server that is stopped for the second time is interrupted while it closes.
  @Test
  void anInterruptedCloserGoesOnAndStaysInterrupted() {
    var goesOn = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    parts.close("one", LIMIT, goesOn::await);
    boolean wasInterrupted = Thread.interrupted();
    goesOn.countDown();

    assertThat(wasInterrupted).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(parts::throwFailure)
        .withMessage("interrupted while closing one");
  }
}
