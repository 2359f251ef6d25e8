package io.stabbur.realtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.share.Share;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Callers take turns with what they ask the database.
class QuestionsTest {
  private static final Share GREEDY = Share.ofMember("first", "greedy");
  private static final Share OTHER = Share.ofMember("second", "other");

  @Test
  void whoAsksALotKeepsNobodyWaiting() throws Exception {
    var questions = new Questions("default", 3, Duration.ZERO);
    var end = new CountDownLatch(1);
    var running = new AtomicInteger();
    for (int i = 0; i < 500; i++) {
      var _ =
          questions.ask(
              GREEDY,
              () -> {
                running.incrementAndGet();
                await(end);
                return true;
              });
    }
    var answer = questions.ask(OTHER, () -> "answered");

    assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("answered");
    assertThat(running.get()).isBetween(1, 2);
    end.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
