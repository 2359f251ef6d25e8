package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/// What fails on its way to a channel is told to that channel, and keeps nothing from the others.
class HandoverTest {
  private static final byte[] DATA = new byte[1_000];
  private final LaneRoom room = new LaneRoom(200, 5_000, Duration.ofMillis(50));
  private final List<String> happened = new ArrayList<>();

  @Test
  void anEventThatFailsWithAnyErrorIsToldAndTheNextOnesFollow() {
    var handover = new Handover(room);
    handover.add(
        Runnable::run,
        DATA,
        () -> {
          throw new StackOverflowError();
        },
        () -> happened.add("lost"));
    handover.add(Runnable::run, DATA, () -> happened.add("second"), () -> happened.add("wrong"));
    handover.end();
    assertThat(happened).containsExactlyInAnyOrder("lost", "second");
  }

  @Test
  void aLaneThatRefusesLosesAllOfItsEvents() {
    var handover = new Handover(room);
    for (int i = 0; i < 2; i++) {
      handover.add(
          _ -> {
            throw new RejectedExecutionException();
          },
          DATA,
          () -> happened.add("wrong"),
          () -> happened.add("lost"));
    }
    handover.add(Runnable::run, DATA, () -> happened.add("other"), () -> happened.add("wrong"));
    handover.end();
    assertThat(happened).containsExactlyInAnyOrder("lost", "lost", "other");
  }

  /// Gives each event data of its own.
  private void hand(Executor lane, int events, int size) {
    var handover = new Handover(room);
    for (int i = 0; i < events; i++) {
      handover.add(lane, new byte[size], () -> happened.add("event"), () -> happened.add("lost"));
    }
    handover.end();
  }

  @Test
  void noMoreEventsWaitInALaneThanThereIsRoomFor() {
    var tasks = new ArrayList<Runnable>();
    hand(tasks::add, 1_000, 1);
    assertThat(happened).hasSizeGreaterThanOrEqualTo(800).containsOnly("lost");
    happened.clear();
    tasks.forEach(Runnable::run);
    assertThat(happened).hasSizeBetween(1, 200).containsOnly("event");
  }

  @Test
  void noMoreBytesDo() {
    var tasks = new ArrayList<Runnable>();
    Executor lane = tasks::add;
    hand(lane, 1, 4_000);
    hand(lane, 1, 4_000);
    assertThat(happened).containsExactly("lost");
    tasks.forEach(Runnable::run);
    assertThat(happened).containsExactly("lost", "event");
    hand(lane, 1, 50_000);
    assertThat(tasks).hasSize(2);
  }

  @Test
  void whatReceiversShareCountsOnce() {
    var tasks = new ArrayList<Runnable>();
    Executor lane = tasks::add;
    // what has waited before takes most of the room
    hand(lane, 1, 3_500);
    var handover = new Handover(room);
    for (int i = 0; i < 50; i++) {
      handover.add(lane, DATA, () -> happened.add("shared"), () -> happened.add("lost"));
    }
    handover.end();
    assertThat(happened).isEmpty();
    tasks.forEach(Runnable::run);
    assertThat(happened).hasSize(51).doesNotContain("lost");
  }

  @Test
  void aLaneThatGoesOnIsWaitedFor() throws InterruptedException {
    var patient = new LaneRoom(1, 5_000, Duration.ofSeconds(30));
    var tasks = new LinkedBlockingQueue<Runnable>();
    Executor lane = tasks::add;
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < 3; i++) {
                    var handover = new Handover(patient);
                    handover.add(
                        lane, DATA, () -> happened.add("event"), () -> happened.add("lost"));
                    handover.end();
                  }
                });
    for (int i = 0; i < 3; i++) {
      tasks.take().run();
    }
    thread.join();
    assertThat(happened).containsExactly("event", "event", "event");
  }
}
