package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// R29: what one socket sends to a topic arrives everywhere as it was sent.
class BroadcastOrderTest {
  private static final TestServer SERVER = RealtimeServer.shared();

  @Test
  void aThousandBroadcastsOfOneSenderArriveInOrder() {
    arriveInOrder(1_000, 5);
  }

  @Test
  @Tag("nightly")
  void tenThousandBroadcastsOfOneSenderArriveInOrderAtFiftyReceivers() {
    arriveInOrder(10_000, 50);
  }

  private static void arriveInOrder(int count, int receivers) {
    var topic = "realtime:" + RealtimeServer.topic("order-");
    var open = new ArrayList<Phoenix>();
    try (var sender = Phoenix.connect(SERVER)) {
      sender.join(topic, "{}");
      for (int i = 0; i < receivers; i++) {
        var receiver = Phoenix.connect(SERVER);
        open.add(receiver);
        receiver.join(topic, "{\"presence\":{\"enabled\":false}}");
      }
      for (int i = 0; i < count; i++) {
        sender.push(
            "1",
            topic,
            "broadcast",
            "{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{\"n\":%d}}".formatted(i));
      }
      var sent = IntStream.range(0, count).boxed().toList();
      assertThat(open).allSatisfy(receiver -> assertThat(heard(receiver, count)).isEqualTo(sent));
    } finally {
      open.forEach(Phoenix::close);
    }
  }

  private static List<Integer> heard(Phoenix receiver, int count) {
    var all = new ArrayList<Integer>();
    while (all.size() < count) {
      all.add(receiver.event("broadcast").payload().get("payload").get("n").getIntValue());
    }
    return all;
  }
}
