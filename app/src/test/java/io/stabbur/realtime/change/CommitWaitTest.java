package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.realtime.change.CommitWait.Snapshot;
import org.junit.jupiter.api.Test;

/// Which transactions a snapshot shows.
class CommitWaitTest {
  @Test
  void aTransactionIsShownWhenItHasEndedBeforeTheSnapshot() {
    var snapshot = Snapshot.parse("10:20:12,15");
    assertThat(snapshot.shows(9)).isTrue();
    assertThat(snapshot.shows(12)).isFalse();
    assertThat(snapshot.shows(13)).isTrue();
    assertThat(snapshot.shows(15)).isFalse();
    assertThat(snapshot.shows(20)).isFalse();
    assertThat(Snapshot.parse("20:20:").shows(19)).isTrue();
  }

  @Test
  void numbersThatHaveWrappedAroundAreCompared() {
    // 2^32 + 5: the stream says 5 and, before the wrap, 4294967290
    var snapshot = Snapshot.parse("4294967290:4294967301:4294967300");
    assertThat(snapshot.shows((int) 4_294_967_290L)).isTrue();
    assertThat(snapshot.shows(3)).isTrue();
    assertThat(snapshot.shows(4)).isFalse();
    assertThat(snapshot.shows(5)).isFalse();
  }
}
