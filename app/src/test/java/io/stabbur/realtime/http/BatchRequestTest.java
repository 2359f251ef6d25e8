package io.stabbur.realtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.realtime.change.BroadcastSink.Room;
import io.stabbur.realtime.room.TopicName;
import io.stabbur.testing.Refusals;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The body of a broadcast of several messages.
class BatchRequestTest {
  @Test
  void messagesKeepTheirOrder() {
    var id = UUID.randomUUID();
    var batch =
        of(
            """
            {"messages": [
              {"topic": "a", "event": "e", "payload": {"å": 1}, "private": true, "id": "%s"},
              {"topic": "b:c", "event": "f", "payload": {}, "private": "false", "id": null}]}\
            """
                .formatted(id));
    var first = batch.messages().getFirst();
    assertThat(first.topic()).isEqualTo(new TopicName("a", Room.PRIVATE));
    assertThat(first.event()).isEqualTo("e");
    assertThat(new String(first.payload(), StandardCharsets.UTF_8)).isEqualTo("{\"å\":1}");
    assertThat(first.id()).isEqualTo(id);
    var second = batch.messages().getLast();
    assertThat(second.topic()).isEqualTo(new TopicName("b:c", Room.PUBLIC));
    assertThat(second.id()).isNull();
    assertThat(of("{\"messages\":[]}").messages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | messages can't be blank",
        "{} | messages can't be blank",
        "{\"messages\":{}} | messages can't be blank",
        "{\"messages\":[5]} | payload must be an object",
        "{\"messages\":[{\"topic\":\"a\",\"event\":\"e\"}]} | payload must be an object",
        "{\"messages\":[{\"topic\":\"a\",\"event\":\"e\",\"payload\":[]}]} |"
            + " payload must be an object",
        "{\"messages\":[{\"event\":\"e\",\"payload\":{}}]} | topic can't be blank",
        "{\"messages\":[{\"topic\":5,\"event\":\"e\",\"payload\":{}}]} | topic can't be blank",
        "{\"messages\":[{\"topic\":\"\",\"event\":\"e\",\"payload\":{}}]} |"
            + " topic must have between 1 and 246 bytes",
        "{\"messages\":[{\"topic\":\"a\",\"payload\":{}}]} | event can't be blank",
        "{\"messages\":[{\"topic\":\"a\",\"event\":\"\",\"payload\":{}}]} |"
            + " event must have between 1 and 255 bytes",
        "{\"messages\":[{\"topic\":\"a\",\"event\":\"e\",\"payload\":{},\"id\":\"x\"}]} |"
            + " id must be a UUID",
        "{\"messages\":[{\"topic\":\"a\",\"event\":\"e\",\"payload\":{},\"id\":5}]} |"
            + " id must be a UUID",
        "{\"messages\":[{\"topic\":\"a\",\"event\":\"e\",\"payload\":{}},{}]} |"
            + " payload must be an object"
      })
  void oneWrongMessageRefusesAll(String body, String message) {
    assertThat(Refusals.of(() -> of(body))).isEqualTo(new RealtimeError.Invalid(message));
  }

  @Test
  void namesAreMeasuredInBytes() {
    assertThat(BatchRequest.topic("å".repeat(123), false).name()).hasSize(123);
    assertThat(Refusals.of(() -> BatchRequest.topic("å".repeat(123) + "a", false)))
        .isEqualTo(new RealtimeError.Invalid("topic must have between 1 and 246 bytes"));
    assertThat(BatchRequest.event("a".repeat(255))).hasSize(255);
    assertThat(Refusals.of(() -> BatchRequest.event("å".repeat(128))))
        .isEqualTo(new RealtimeError.Invalid("event must have between 1 and 255 bytes"));
  }

  private static BatchRequest of(String body) {
    return BatchRequest.of(body.getBytes(StandardCharsets.UTF_8));
  }
}
