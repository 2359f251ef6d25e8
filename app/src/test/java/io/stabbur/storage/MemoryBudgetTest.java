package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final int MEGABYTE = 1 << 20;
  private final MemoryBudget whole = new MemoryBudget(3 * MEGABYTE, "busy");

  @Test
  void whatIsHeldIsThereAgainAfterwards() {
    try (var _ = whole.hold(2 * MEGABYTE)) {
      assertThat(whole.tryHold(2 * MEGABYTE)).isNull();
    }
    assertThat(whole.tryHold(3 * MEGABYTE)).isNotNull();
  }

  @Test
  void whoWantsMoreThanThereIsGetsAllOfIt() {
    try (var all = whole.tryHold(100 * MEGABYTE)) {
      assertThat(all).isNotNull();
      assertThat(whole.tryHold(1024)).isNull();
    }
  }

  @Test
  void oneShareLeavesSomethingToTheOthers() {
    var greedy = whole.share();
    var other = whole.share();
    try (var _ = greedy.hold(100 * MEGABYTE)) {
      assertThat(greedy.tryHold(1024)).isNull();
      assertThat(other.tryHold(2 * MEGABYTE)).as("more than is left").isNull();
      assertThat(other.tryHold(MEGABYTE / 2)).isNotNull();
    }
  }

  @Test
  void whatTheWholeRefusesStaysFreeInTheShare() {
    var share = whole.share();
    try (var _ = whole.hold(3 * MEGABYTE)) {
      assertThat(share.tryHold(MEGABYTE)).isNull();
    }
    assertThat(share.tryHold(2 * MEGABYTE - 1024)).isNotNull();
  }
}
