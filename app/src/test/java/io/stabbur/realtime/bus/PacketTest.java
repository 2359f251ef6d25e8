package io.stabbur.realtime.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketTest {
  private static final int LARGEST = 500;
  private static final int ROOM = LARGEST - PacketWriter.OVERHEAD;
  private static final byte[] KEY = Crypto.random(32);
  private static final byte[] SELF = Crypto.random(PacketWriter.SENDER);

  private final PacketWriter writer = new PacketWriter(KEY, LARGEST);
  private final List<byte[]> received = new ArrayList<>();
  private final PacketReader reader = new PacketReader(KEY, SELF, received::add);

  static IntStream sizes() {
    return IntStream.concat(
        IntStream.of(0, 1, 2, 100, 10 * ROOM, 10 * ROOM + 1),
        IntStream.concat(
            IntStream.rangeClosed(ROOM - 6, ROOM + 6),
            IntStream.rangeClosed(2 * ROOM - 6, 2 * ROOM + 6)));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void aMessageOfAnySizeArrives(int size) {
    var message = Crypto.random(size);

    var packets = writer.packets(List.of(message));

    assertThat(packets).allSatisfy(packet -> assertThat(packet).hasSizeLessThanOrEqualTo(LARGEST));
    packets.forEach(reader::read);
    assertThat(received).containsExactly(message);
  }

  @Test
  void messagesOfAllSizesArriveInTheirOrder() {
    var messages = sizes().mapToObj(Crypto::random).toList();

    writer.packets(messages).forEach(reader::read);

    assertThat(received).containsExactlyElementsOf(messages);
  }

  @Test
  void smallMessagesShareAPacket() {
    assertThat(writer.packets(List.of(new byte[10], new byte[20], new byte[30]))).hasSize(1);
    assertThat(writer.packets(List.of(new byte[ROOM - 4], new byte[1]))).hasSize(2);
    assertThat(writer.packets(List.of())).isEmpty();
  }

  @Test
  void ownPacketsAreNotRead() {
    var own = new PacketReader(KEY, writer.sender(), received::add);

    writer.packets(List.of(new byte[1])).forEach(own::read);

    assertThat(received).isEmpty();
  }

  @Test
  void aPacketCountsOnce() {
    var packet = writer.packets(List.of(new byte[] {1})).getFirst();

    reader.read(packet);
    reader.read(packet);

    assertThat(received).hasSize(1);
  }

  @Test
  void anOlderPacketIsDropped() {
    var first = writer.packets(List.of(new byte[] {1})).getFirst();
    var second = writer.packets(List.of(new byte[] {2})).getFirst();

    reader.read(second);
    reader.read(first);

    assertThat(received).containsExactly(new byte[] {2});
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aMessageOfWhichAPartIsMissingIsDropped(int missing) {
    var packets = new ArrayList<>(writer.packets(List.of(new byte[2 * ROOM + 1])));
    assertThat(packets).hasSize(3);
    packets.remove(missing);
    packets.addAll(writer.packets(List.of(new byte[] {7})));

    packets.forEach(reader::read);

    assertThat(received).containsExactly(new byte[] {7});
  }

  @Test
  void messagesOfSeveralSendersMingle() {
    var other = new PacketWriter(KEY, LARGEST);
    var one = writer.packets(List.of(new byte[2 * ROOM]));
    var two = other.packets(List.of(new byte[2 * ROOM + 1]));

    reader.read(one.getFirst());
    two.forEach(reader::read);
    one.subList(1, one.size()).forEach(reader::read);

    assertThat(received)
        .extracting(message -> message.length)
        .containsExactly(2 * ROOM + 1, 2 * ROOM);
  }

  @Test
  void whoHasAnotherKeyIsNotHeard() {
    new PacketWriter(Crypto.random(32), LARGEST)
        .packets(List.of(new byte[1]))
        .forEach(reader::read);

    assertThat(received).isEmpty();
  }

  @Test
  void aPacketThatWasChangedIsNotHeardAndLeavesTheSenderHeard() {
    var packet = writer.packets(List.of(new byte[] {1})).getFirst();
    for (int at = PacketWriter.SENDER; at < packet.length; at++) {
      var changed = packet.clone();
      changed[at] ^= 1;
      reader.read(changed);
    }
    assertThat(received).isEmpty();

    reader.read(packet);

    assertThat(received).hasSize(1);
  }

  @Test
  void theNumberOfAPacketIsSealedWithIt() {
    var packet = writer.packets(List.of(new byte[] {1})).getFirst();
    var renumbered = packet.clone();
    ByteBuffer.wrap(renumbered).putLong(PacketWriter.SENDER, 1_000);

    reader.read(renumbered);
    reader.read(packet);

    assertThat(received).as("a made-up number silences nobody").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 24, PacketWriter.OVERHEAD - 1})
  void shortPacketsAreIgnored(int size) {
    reader.read(Arrays.copyOf(writer.packets(List.of(new byte[9])).getFirst(), size));

    assertThat(received).isEmpty();
  }
}
