package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/// What fails on its way to a channel is told to that channel, and keeps nothing from the others.
class HandoverTest {
  private final List<String> happened = new ArrayList<>();

  @Test
  void anEventThatFailsWithAnyErrorIsToldAndTheNextOnesFollow() {
    var handover = new Handover();
    handover.add(
        Runnable::run,
        () -> {
          throw new StackOverflowError();
        },
        () -> happened.add("lost"));
    handover.add(Runnable::run, () -> happened.add("second"), () -> happened.add("wrong"));
    handover.end();
    assertThat(happened).containsExactlyInAnyOrder("lost", "second");
  }

  @Test
  void aLaneThatRefusesLosesAllOfItsEvents() {
    var handover = new Handover();
    for (int i = 0; i < 2; i++) {
      handover.add(
          _ -> {
            throw new RejectedExecutionException();
          },
          () -> happened.add("wrong"),
          () -> happened.add("lost"));
    }
    handover.add(Runnable::run, () -> happened.add("other"), () -> happened.add("wrong"));
    handover.end();
    assertThat(happened).containsExactlyInAnyOrder("lost", "lost", "other");
  }
}
