package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Who asks the database at the same time, and who is next.
class TurnsTest {
  private static final long LONG_AGO = TimeUnit.SECONDS.toNanos(100);
  private final Turns turns = new Turns(2);
  private final BlockingQueue<String> began = new LinkedBlockingQueue<>();

  private void start(String name, long since) {
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    turns.take(since);
                    began.add(name);
                  } catch (InterruptedException e) {
                    began.add("interrupted");
                  }
                });
    while (thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.NEW) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whileChangesAreNewOnePartAsksAtATime() throws InterruptedException {
    long later = System.nanoTime() + LONG_AGO;
    start("first", later);
    assertThat(began.take()).isEqualTo("first");
    start("second", later);
    assertThat(began).isEmpty();
    turns.end();
    assertThat(began.take()).isEqualTo("second");
  }

  @Test
  void onceTheyAreLateAsManyAskAsMay() throws InterruptedException {
    long ago = System.nanoTime() - LONG_AGO;
    start("first", ago);
    start("second", ago + 1);
    assertThat(began.take()).isEqualTo("first");
    assertThat(began.take()).isEqualTo("second");
    start("third", ago + 2);
    assertThat(began).isEmpty();
    turns.end();
    assertThat(began.take()).isEqualTo("third");
  }

  @Test
  void aChangeThatBecomesLateWhileItWaitsIsNoLongerHeldBack() throws InterruptedException {
    start("first", System.nanoTime());
    start("second", System.nanoTime());
    assertThat(began.take()).isEqualTo("first");
    assertThat(began.poll(30, TimeUnit.SECONDS)).isEqualTo("second");
  }

  @Test
  void whoHasWaitedLongestIsNext() throws InterruptedException {
    long later = System.nanoTime() + LONG_AGO;
    start("first", later);
    assertThat(began.take()).isEqualTo("first");
    start("younger", later + 2);
    start("older", later + 1);
    turns.end();
    assertThat(began.take()).isEqualTo("older");
    turns.end();
    assertThat(began.take()).isEqualTo("younger");
  }
}
