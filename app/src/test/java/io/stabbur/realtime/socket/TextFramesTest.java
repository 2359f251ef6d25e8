package io.stabbur.realtime.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.realtime.channel.Push;
import io.stabbur.realtime.channel.Push.Payload;
import io.stabbur.realtime.room.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFramesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "[\"1\",\"2\",\"t\",\"e\",{}] | 1 | 2 | t | e | {}",
        "[null,null,\"t\",\"e\",{\"a\":[1,2]}] | - | - | t | e | {\"a\":[1,2]}",
        // some clients count in numbers
        "[1,2,\"t\",\"e\",{}] | 1 | 2 | t | e | {}",
        "[true,{\"x\":[1]},\"t\",\"e\",{}] | - | - | t | e | {}",
        "[\"1\",\"2\",\"t\",\"e\",\"text ]\"] | 1 | 2 | t | e | \"text ]\"",
        "[\"1\",\"2\",\"t\",\"e\",null] | 1 | 2 | t | e | null",
        "[\"1\",\"2\",\"t\",\"e\",-1.5e3] | 1 | 2 | t | e | -1.5e3",
        "[\"1\",\"2\",\"t\",\"e\",[]] | 1 | 2 | t | e | []",
        "[\"1\",\"2\",\"t\",\"e\",{},\"more\",[{}]] | 1 | 2 | t | e | {}",
        "[\"\",\"\",\"å\",\"\\u00e5\",{ \"a\" : \"😀\" }] | `` | `` | å | å | { \"a\" : \"😀\" }"
      })
  void arraysAreRead(
      String frame,
      @Nullable String joinRef,
      @Nullable String ref,
      String topic,
      String event,
      String payload) {
    assertPush(TextFrames.read(Wire.V2, utf8(frame)), joinRef, ref, topic, event, payload);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{\"a\":1},\"ref\":\"2\",\"join_ref\":\"1\"} |"
            + " 1 | 2 | t | e | {\"a\":1}",
        "{\"ref\":2,\"payload\":[],\"event\":\"e\",\"topic\":\"t\"} | - | 2 | t | e | []",
        "{\"topic\":\"t\",\"event\":\"e\"} | - | - | t | e | {}",
        "{\"x\":{\"topic\":\"no\"},\"topic\":\"t\",\"event\":\"e\",\"y\":[1]} | - | - | t | e | {}",
        "{\"topic\":\"a\",\"topic\":\"t\",\"event\":\"e\",\"payload\":1,\"payload\":\"}\"} | - | -"
            + " | t | e | \"}\""
      })
  void objectsAreRead(
      String frame,
      @Nullable String joinRef,
      @Nullable String ref,
      String topic,
      String event,
      String payload) {
    assertPush(TextFrames.read(Wire.V1, utf8(frame)), joinRef, ref, topic, event, payload);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[",
        "[]",
        "{}",
        "null",
        "1",
        "[\"1\",\"2\",\"t\",\"e\"]",
        "[\"1\",\"2\",\"t\",\"e\",{}",
        "[\"1\",\"2\",\"t\",\"e\",{}]]",
        "[\"1\",\"2\",\"t\",\"e\",{}] []",
        "[\"1\",\"2\",\"t\",\"e\",{]",
        "[\"1\",\"2\",\"t\",\"e\",{\"a\":}]",
        "[\"1\",\"2\",\"t\",\"e\",nul]",
        "[\"1\",\"2\",null,\"e\",{}]",
        "[\"1\",\"2\",\"t\",null,{}]",
        "[\"1\",\"2\",{},\"e\",{}]",
        "{\"topic\":\"t\",\"event\":\"e\"}"
      })
  void otherArraysAreMalformed(String frame) {
    assertThat(TextFrames.read(Wire.V2, utf8(frame))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "{\"topic\":\"t\"}",
        "{\"event\":\"e\"}",
        "{\"topic\":null,\"event\":\"e\"}",
        "{\"topic\":\"t\",\"event\":\"e\"",
        "{\"topic\":\"t\",\"event\":\"e\"} {}",
        "{\"topic\":\"t\",\"event\":\"e\",\"payload\":}",
        "{\"topic\":\"t\",\"event\":\"e\",\"payload\":[}",
        "[\"1\",\"2\",\"t\",\"e\",{}]"
      })
  void otherObjectsAreMalformed(String frame) {
    assertThat(TextFrames.read(Wire.V1, utf8(frame))).isEmpty();
  }

  @Test
  void refsAreBoundedInBytes() {
    var longest = "å".repeat(127) + "x";

    assertThat(TextFrames.read(Wire.V2, framed(longest))).isPresent();
    assertThat(TextFrames.read(Wire.V2, framed(longest + "x"))).isEmpty();
    assertThat(TextFrames.read(Wire.V2, framed("x".repeat(256)))).isEmpty();
  }

  private static byte[] framed(String ref) {
    return utf8("[null,\"" + ref + "\",\"t\",\"e\",{}]");
  }

  private static void assertPush(
      Optional<Push> read,
      @Nullable String joinRef,
      @Nullable String ref,
      String topic,
      String event,
      String payload) {
    assertThat(read)
        .hasValueSatisfying(
            push -> {
              assertThat(push.joinRef()).isEqualTo(joinRef);
              assertThat(push.ref()).isEqualTo(ref);
              assertThat(push.topic()).isEqualTo(topic);
              assertThat(push.event()).isEqualTo(event);
              assertThat(push.payload())
                  .isInstanceOfSatisfying(
                      Payload.Json.class,
                      json ->
                          assertThat(new String(json.utf8(), StandardCharsets.UTF_8))
                              .isEqualTo(payload));
              assertThat(push.payload().size()).isEqualTo(utf8(payload).length);
            });
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
