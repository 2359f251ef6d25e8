package io.stabbur.functions.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Which processes give way, and what counts as processor time without progress.
class ProcessorUseTest {
  private static final int PERIOD = 50;
  private final ProcessorUse use = new ProcessorUse(0, 0, 0, 0, 0);
  private long now;
  private long used;
  private long progress;
  private long responses;
  private long turn;

  /// It uses a part of a processor for a while.
  private void runs(int millis, double part) {
    for (int i = 0; i < millis; i += PERIOD) {
      now += PERIOD;
      used += Math.round(PERIOD * part);
      use.look(now, used, progress, responses, turn);
    }
  }

  @Test
  void burstsGiveNoWay() {
    for (int i = 0; i < 20; i++) {
      turn++;
      runs(100, 1);
      assertThat(use.isHeavy()).isFalse();
      progress++;
      runs(950, 0);
      assertThat(use.isCalm()).isTrue();
    }
  }

  @Test
  void whatComputesForLongGivesWayWhateverItsProgress() {
    for (int i = 0; i < 10; i++) {
      runs(100, 1);
      progress++;
    }
    assertThat(use.withoutProgress()).isLessThanOrEqualTo(100);
    assertThat(use.isHeavy()).isTrue();
  }

  @Test
  void whatComputesForLongGivesWayAlsoWithAPartOfAProcessor() {
    for (int i = 0; i < 80; i++) {
      runs(100, 0.3);
      progress++;
    }
    assertThat(use.isHeavy()).isTrue();
  }

  @Test
  void manyShortRequestsGiveNoWay() {
    for (int i = 0; i < 200; i++) {
      turn++;
      runs(PERIOD, 0.55);
      progress += 40;
      responses += 40;
    }
    assertThat(use.isCalm()).isTrue();
  }

  @Test
  void whatComputesForLongGivesWayWhateverItAnswersBeside() {
    for (int i = 0; i < 200; i++) {
      turn++;
      runs(PERIOD, 1);
      progress += 40;
      responses += 40;
    }
    assertThat(use.isHeavy()).isTrue();
  }

  @Test
  void aFewLongOnesDo() {
    for (int i = 0; i < 200; i++) {
      turn++;
      runs(PERIOD, 0.9);
      progress++;
      responses++;
    }
    assertThat(use.isHeavy()).isTrue();
  }

  @Test
  void aLoopGivesWaySoonAlsoWithAPartOfAProcessor() {
    turn++;
    runs(5_000, 0.08);
    assertThat(use.isHeavy()).isTrue();
  }

  @Test
  void whatHasComputedIsCalmSomeSecondsLater() {
    runs(60_000, 1);
    assertThat(use.isHeavy()).isTrue();
    runs(1_000, 0.02);
    assertThat(use.isCalm()).isFalse();
    runs(8_000, 0.02);
    assertThat(use.isCalm()).isTrue();
  }

  @Test
  void whatWasUsedBetweenRequestsIsNotThatOfTheNext() {
    runs(10_000, 0.1);
    assertThat(use.withoutProgress()).isEqualTo(1_000);
    turn++;
    runs(PERIOD, 0.1);
    assertThat(use.withoutProgress()).isZero();
  }

  @Test
  void aRequestToAProcessThatComputesBeginsNothing() {
    runs(1_000, 1);
    turn++;
    runs(1_000, 1);
    assertThat(use.withoutProgress()).isEqualTo(2_000);
  }
}
