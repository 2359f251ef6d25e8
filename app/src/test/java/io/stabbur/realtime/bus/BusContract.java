package io.stabbur.realtime.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every bus between replicas does, tried on a real server.
abstract class BusContract {
  private static final int MAX_QUEUE = 64 << 20;
  private static final byte[] KEY = Crypto.random(32);

  /// A carrier of its own, on the channel that all of this test share.
  abstract Carrier carrier();

  /// Ends the connections to the server, or the server, and lets it be reached again.
  abstract void interrupt();

  /// A process, as the others see it.
  private record Peer(Bus bus, Ear ear) implements AutoCloseable {
    @Override
    public void close() {
      bus.close();
    }

    void say(String text) {
      bus.publish(text.getBytes(UTF_8));
    }

    List<String> heard(int count) {
      return ear.await(count).stream().map(each -> new String(each, UTF_8)).toList();
    }
  }

  private Peer peer() {
    return peer(KEY);
  }

  /// A process that receives already.
  private Peer peer(byte[] key) {
    var bus = new PacketBus("test", carrier(), key, MAX_QUEUE);
    var ear = new Ear();
    bus.receive(ear);
    ear.awaitInterruptions(1);
    return new Peer(bus, ear);
  }

  @Test
  void messagesReachEveryOtherProcessAndNotTheirSender() {
    try (var first = peer();
        var second = peer();
        var third = peer()) {
      first.say("hei");
      second.say("på deg");

      assertThat(second.heard(1)).containsExactly("hei");
      assertThat(first.heard(1)).containsExactly("på deg");
      assertThat(third.heard(2)).containsExactlyInAnyOrder("hei", "på deg");
    }
  }

  @Test
  void tenThousandMessagesOfEachSenderArriveInTheirOrderAndNoneIsLost() {
    int count = 10_000;
    try (var first = peer();
        var second = peer();
        var third = peer()) {
      for (int i = 0; i < count; i++) {
        first.say("first " + i);
        second.say("second " + i);
      }

      var heard = third.heard(2 * count);
      for (var sender : List.of("first ", "second ")) {
        assertThat(heard.stream().filter(each -> each.startsWith(sender)))
            .containsExactlyElementsOf(
                IntStream.range(0, count).mapToObj(i -> sender + i).toList());
      }
    }
  }

  @Test
  void aMessageLargerThanAnyBroadcastArrivesWholeBetweenSmallOnes() {
    var large = Crypto.random(Bus.LONGEST / 4);
    try (var first = peer();
        var second = peer()) {
      first.say("before");
      first.bus.publish(large);
      first.bus.publish(new byte[0]);
      first.say("after");

      var heard = second.ear.await(4);
      assertThat(heard.get(0)).asString(UTF_8).isEqualTo("before");
      assertThat(heard.get(1)).isEqualTo(large);
      assertThat(heard.get(2)).isEmpty();
      assertThat(heard.get(3)).asString(UTF_8).isEqualTo("after");
    }
  }

  @Test
  void aProcessWithoutTheMasterKeyNeitherReadsNorSends() {
    try (var first = peer();
        var second = peer();
        var stranger = peer(Crypto.random(32))) {
      stranger.say("forged");
      first.say("secret");

      assertThat(second.heard(1)).containsExactly("secret");
      second.say("end");
      assertThat(first.heard(1)).containsExactly("end");
      assertThat(stranger.ear.messages()).isEmpty();
    }
  }

  @Test
  void aRecordedPacketThatIsSentAgainIsDropped() throws CarrierFailure {
    try (var first = peer();
        var second = peer();
        var carrier = carrier()) {
      var writer = new PacketWriter(PacketBus.key(KEY), carrier.largestPacket());
      var packets = writer.packets(List.of("once".getBytes(UTF_8)));
      carrier.send(packets);
      carrier.send(packets);
      carrier.send(List.of("no packet at all".getBytes(UTF_8), new byte[0]));
      carrier.send(writer.packets(List.of("then".getBytes(UTF_8))));

      assertThat(second.heard(2)).containsExactly("once", "then");
      assertThat(first.heard(2)).containsExactly("once", "then");
    }
  }

  @Test
  void afterAnInterruptionBothSidesAreToldAndMessagesFlowAgain() {
    try (var first = peer();
        var second = peer()) {
      first.say("before");
      assertThat(second.heard(1)).containsExactly("before");

      interrupt();

      first.ear.awaitInterruptions(2);
      second.ear.awaitInterruptions(2);
      int known = second.ear.messages().size();
      // the first messages may meet the connection that was lost
      io.stabbur.testing.Await.until(
          "a message after the interruption",
          () -> {
            first.say("after");
            return second.ear.messages().size() > known;
          });
      assertThat(second.heard(2).getLast()).isEqualTo("after");
    }
  }

  @Test
  void aBusThatEndsSendsItsLastWords() {
    try (var first = peer()) {
      var second = peer();
      second.say("bye");
      second.close();

      assertThat(first.heard(1)).containsExactly("bye");
    }
  }
}
