package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutageTest {
  private final Outage outage = new Outage();

  @Test
  void aServerThatWasReachedIsTriedByEverybody() {
    try (var one = outage.attempt();
        var other = outage.attempt()) {
      assertThat(one).isNotNull();
      assertThat(other).isNotNull();
    }
  }

  @Test
  void oneThatIsAwayIsTriedByOneAtATimeAndNotAtOnce() throws InterruptedException {
    outage.failed();
    assertThat(outage.attempt()).as("too early").isNull();
    Thread.sleep(150);
    try (var one = outage.attempt()) {
      assertThat(one).isNotNull();
      assertThat(outage.attempt()).as("another tries").isNull();
    }
    try (var one = outage.attempt()) {
      assertThat(one).isNotNull();
      outage.ended();
      assertThat(outage.attempt()).isNotNull();
    }
  }

  @Test
  void anOutageIsLoggedOnce() {
    outage.failed();
    assertThat(outage.giveUp()).isTrue();
    assertThat(outage.giveUp()).isFalse();
    assertThat(outage.isDown()).isTrue();
    outage.ended();
    assertThat(outage.isDown()).isFalse();
    assertThat(outage.giveUp()).as("a new one").isTrue();
  }
}
