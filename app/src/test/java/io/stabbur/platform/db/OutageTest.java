package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import java.util.ArrayList;
import java.util.concurrent.CopyOnWriteArrayList;
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

  @Test
  void whoComesWhileAnotherTriesLearnsWhatHeFinds() throws InterruptedException {
    for (boolean isBack : new boolean[] {true, false}) {
      outage.failed();
      outage.giveUp();
      Thread.sleep(150);
      long known = outage.failures();
      var answers = new CopyOnWriteArrayList<Boolean>();
      var waiting = new ArrayList<Thread>();
      try (var attempt = outage.attempt()) {
        assertThat(attempt).isNotNull();
        for (int i = 0; i < 5; i++) {
          waiting.add(Thread.ofPlatform().start(() -> answers.add(outage.awaitReturn(known))));
        }
        Await.until("all wait", () -> waiting.stream().allMatch(OutageTest::isWaiting));
        if (isBack) {
          outage.ended();
        } else {
          outage.failed();
        }
      }
      for (var thread : waiting) {
        thread.join();
      }
      assertThat(answers).hasSize(5).containsOnly(isBack);
    }
    assertThat(outage.awaitReturn(outage.failures())).as("the next may try").isTrue();
    assertThat(outage.attempt()).isNotNull();
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.TIMED_WAITING;
  }
}
