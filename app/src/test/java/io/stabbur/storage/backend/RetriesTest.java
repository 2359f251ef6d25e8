package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private final AtomicInteger calls = new AtomicInteger();

  private String fail() {
    calls.incrementAndGet();
    throw new ApiException(new Failure.Unavailable("away"));
  }

  @Test
  void aCallIsRepeatedWhileTheStoreIsUnavailable() {
    assertThat(Retries.whileUnavailable(() -> true, () -> calls.get() < 2 ? fail() : "stored"))
        .isEqualTo("stored");
    assertThat(calls).hasValue(2);
  }

  @Test
  void aBodyThatIsNotWholeIsNotSentAgain() {
    assertThatThrownBy(() -> Retries.whileUnavailable(() -> false, this::fail))
        .isInstanceOf(ApiException.class);
    assertThat(calls).hasValue(1);
  }

  @Test
  void onlyTheOuterOfTwoRepeats() {
    assertThatThrownBy(
            () ->
                Retries.whileUnavailable(
                    () -> true, () -> Retries.whileUnavailable(() -> true, this::fail)))
        .isInstanceOf(ApiException.class);
    assertThat(calls).hasValue(3);
  }
}
