package io.stabbur.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.realtime.change.BroadcastSink.Body;
import io.stabbur.realtime.change.BroadcastSink.Room;
import io.stabbur.realtime.room.Signal.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SignalCodecTest {
  private static final TopicName PUBLIC = new TopicName("chat:å", Room.PUBLIC);
  private static final TopicName PRIVATE = new TopicName("", Room.PRIVATE);

  static Stream<Content> contents() {
    var ola = new Presence("ola", "ref1", "{\"name\":\"Ola 😀\"}", "", "replica");
    var kari = new Presence("", "", "{}", "", "");
    return Stream.of(
        new Content.Present(PUBLIC, List.of(ola, kari), List.of()),
        new Content.Present(PRIVATE, List.of(), List.of(kari)),
        new Content.All(PUBLIC, List.of(kari, ola)),
        new Content.All(PRIVATE, List.of()),
        new Content.StateBegin(),
        new Content.StateEnd(),
        new Content.Hello(),
        new Content.Alive(),
        new Content.Bye());
  }

  @ParameterizedTest
  @MethodSource("contents")
  void whatIsWrittenIsReadAgain(Content content) throws IOException {
    var signal = new Signal("replica å", Long.MAX_VALUE, content);

    assertThat(SignalCodec.read(SignalCodec.write(signal))).isEqualTo(signal);
  }

  @Test
  void whatAClientTracksStaysOnItsReplica() throws IOException {
    var tracked = new Presence("ola", "ref", "{}", "{\"secret\":1}", "replica");
    var signal = new Signal("replica", 1, new Content.All(PUBLIC, List.of(tracked)));

    assertThat(new String(SignalCodec.write(signal), StandardCharsets.UTF_8))
        .doesNotContain("secret");
    assertThat(((Content.All) SignalCodec.read(SignalCodec.write(signal)).content()).presences())
        .singleElement()
        .satisfies(read -> assertThat(read.tracked()).isEmpty());
  }

  @Test
  void aMessageOfTextIsReadAgain() throws IOException {
    var read = sent(new Broadcast.Content.Text(utf8("{\"a\":\"å\"}")));

    assertThat(read.topic()).isEqualTo(PRIVATE);
    assertThat(read.content())
        .isInstanceOfSatisfying(
            Broadcast.Content.Text.class,
            text -> assertThat(text.payload()).isEqualTo(utf8("{\"a\":\"å\"}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {"{\"id\":\"1\"} | {\"id\":\"1\"}", "- | -"})
  void aMessageOfBytesOrJsonIsReadAgain(@Nullable String meta, @Nullable String read)
      throws IOException {
    for (var body : new Body[] {new Body.Json(utf8("{}")), new Body.Bytes(new byte[] {0, -1})}) {
      assertThat(sent(new Broadcast.Content.Binary("event å", body, meta)).content())
          .isInstanceOfSatisfying(
              Broadcast.Content.Binary.class,
              binary -> {
                assertThat(binary.event()).isEqualTo("event å");
                assertThat(binary.meta()).isEqualTo(read);
                assertThat(bytes(binary.body())).isEqualTo(bytes(body));
                assertThat(binary.body()).hasSameClassAs(body);
              });
    }
  }

  @ParameterizedTest
  @MethodSource("contents")
  void aSignalThatEndsEarlyIsAnError(Content content) {
    var whole = SignalCodec.write(new Signal("replica", 1, content));

    for (int length = 0; length < whole.length; length++) {
      var part = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(IOException.class)
          .as("%d of %d bytes", length, whole.length)
          .isThrownBy(() -> SignalCodec.read(part));
    }
  }

  @Test
  void anUnknownKindIsAnError() {
    var bytes = SignalCodec.write(new Signal("r", 1, new Content.Hello()));
    bytes[bytes.length - 1] = '?';

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> SignalCodec.read(bytes));
  }

  private static Broadcast sent(Broadcast.Content content) throws IOException {
    var signal =
        new Signal("replica", 7, new Content.Message(new Broadcast(PRIVATE, content, null)));
    var read = SignalCodec.read(SignalCodec.write(signal));
    assertThat(read.replica()).isEqualTo("replica");
    assertThat(read.number()).isEqualTo(7);
    return ((Content.Message) read.content()).broadcast();
  }

  private static byte[] bytes(Body body) {
    return switch (body) {
      case Body.Json(var utf8) -> utf8;
      case Body.Bytes(var bytes) -> bytes;
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
