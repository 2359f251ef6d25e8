package io.stabbur.realtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Views of sockets can be compared without their counters.
class SocketViewsTest {
  private static SocketViews views(String topic, long messages) {
    var channel =
        new ChannelView(
            1,
            topic,
            "public",
            List.of(),
            "anon",
            null,
            Instant.EPOCH,
            messages,
            2 * messages,
            null);
    return new SocketViews(
        1, List.of(new SocketView("a", "2.0.0", "anon", Instant.EPOCH, List.of(channel))));
  }

  @Test
  void messagesMakeNoDifferenceAndChannelsDo() {
    assertThat(views("room", 5).uncounted()).isEqualTo(views("room", 0).uncounted());
    assertThat(views("room", 5).uncounted()).isNotEqualTo(views("other", 5).uncounted());
  }
}
