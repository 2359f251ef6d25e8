package io.stabbur.realtime.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.stabbur.realtime.change.BroadcastSink.Body;
import io.stabbur.realtime.channel.Push;
import io.stabbur.realtime.channel.Push.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryFramesTest {
  private static final int PUSH = 0;
  private static final int USER_BROADCAST = 3;
  private static final int OPAQUE = 0;
  private static final int JSON = 1;

  @Test
  void aPushCarriesBytes() {
    var push =
        read(frame(PUSH, -1, "1", "2", "realtime:t", "e", "", new byte[] {0, -1})).orElseThrow();

    assertThat(push.joinRef()).isEqualTo("1");
    assertThat(push.ref()).isEqualTo("2");
    assertThat(push.topic()).isEqualTo("realtime:t");
    assertThat(push.event()).isEqualTo("e");
    assertThat(bytes(push)).containsExactly(0, -1);
  }

  @Test
  void aBroadcastCarriesBytes() {
    var push =
        read(frame(
                USER_BROADCAST,
                OPAQUE,
                "1",
                "2",
                "realtime:t",
                "moved",
                "{\"a\":1}",
                new byte[] {7}))
            .orElseThrow();

    assertThat(push.topic()).isEqualTo("realtime:t");
    assertThat(push.event()).isEqualTo("broadcast");
    assertThat(push.payload())
        .isInstanceOfSatisfying(
            Payload.UserBroadcast.class, sent -> assertThat(sent.event()).isEqualTo("moved"));
    assertThat(bytes(push)).containsExactly(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[1,2]", "null", "\"å\"", " {\"a\": 1} "})
  void aBroadcastCarriesJson(String json) {
    var push = read(frame(USER_BROADCAST, JSON, "", "", "t", "e", "", utf8(json))).orElseThrow();

    assertThat(push.payload())
        .isInstanceOfSatisfying(
            Payload.UserBroadcast.class,
            sent ->
                assertThat(sent.body())
                    .isInstanceOfSatisfying(
                        Body.Json.class, body -> assertThat(body.utf8()).isEqualTo(utf8(json))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{} {}", "nul", "{\"a\"}"})
  void whatIsNoJsonIsMalformed(String json) {
    assertThat(read(frame(USER_BROADCAST, JSON, "", "", "t", "e", "", utf8(json)))).isEmpty();
  }

  @Test
  void emptyRefsAreAbsent() {
    var push = read(frame(PUSH, -1, "", "", "t", "e", "", new byte[0])).orElseThrow();

    assertThat(push.joinRef()).isNull();
    assertThat(push.ref()).isNull();
    assertThat(bytes(push)).isEmpty();
  }

  @Test
  void lengthsCountBytes() {
    var longest = "å".repeat(127) + "x";

    assertThat(read(frame(PUSH, -1, "1", "2", longest, "å", "", new byte[0])))
        .hasValueSatisfying(
            push -> {
              assertThat(push.topic()).isEqualTo(longest);
              assertThat(push.event()).isEqualTo("å");
            });
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "4, 0", "255, 0", "3, 2", "3, 255"})
  void otherKindsAndEncodingsAreMalformed(int kind, int encoding) {
    assertThat(read(frame(kind, encoding, "1", "2", "t", "e", "", new byte[] {1}))).isEmpty();
  }

  static IntStream kinds() {
    return IntStream.of(PUSH, USER_BROADCAST);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aFrameThatEndsEarlyIsMalformed(int kind) {
    var whole =
        frame(kind, kind == PUSH ? -1 : OPAQUE, "1", "22", "topic", "event", "", new byte[0]);

    for (int length = 0; length < whole.length; length++) {
      assertThat(read(Arrays.copyOf(whole, length))).as("%d bytes", length).isEmpty();
    }
    assertThat(read(whole)).isPresent();
  }

  @Test
  void namesAreUtf8() {
    var frame = frame(PUSH, -1, "1", "2", "t", "e", "", new byte[0]);
    frame[frame.length - 1] = (byte) 0xc3;

    assertThat(read(frame)).isEmpty();
  }

  private static byte[] frame(
      int kind,
      int encoding,
      String joinRef,
      String ref,
      String topic,
      String event,
      String meta,
      byte[] payload) {
    var out = new ByteArrayOutputStream();
    out.write(kind);
    out.write(utf8(joinRef).length);
    out.write(utf8(ref).length);
    out.write(utf8(topic).length);
    out.write(utf8(event).length);
    if (encoding >= 0) {
      out.write(utf8(meta).length);
      out.write(encoding);
    }
    for (var text : new String[] {joinRef, ref, topic, event, meta}) {
      out.writeBytes(utf8(text));
    }
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private static Optional<Push> read(byte[] frame) {
    return BinaryFrames.read(Unpooled.wrappedBuffer(frame));
  }

  private static byte[] bytes(Push push) {
    var sent = (Payload.UserBroadcast) push.payload();
    return ((Body.Bytes) sent.body()).bytes();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
