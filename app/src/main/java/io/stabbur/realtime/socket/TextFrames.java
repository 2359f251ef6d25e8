package io.stabbur.realtime.socket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.stabbur.realtime.channel.Push;
import io.stabbur.realtime.channel.Push.Payload;
import io.stabbur.realtime.room.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads text frames of clients. The payload is checked to be JSON and kept as it came: most are
/// only passed on.
final class TextFrames {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .build();

  /// Most bytes of `ref` and `join_ref`, which replies repeat; as binary frames have it.
  private static final int LONGEST_REF = 255;

  private static final byte[] NO_PAYLOAD = {'{', '}'};

  private TextFrames() {}

  /// The push of a frame; none of a frame that is malformed.
  static Optional<Push> read(Wire wire, byte[] frame) {
    try (var parser = JSON.createParser(frame)) {
      return switch (wire) {
        case V1 -> object(parser, frame);
        case V2 -> array(parser, frame);
      };
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// `[join_ref, ref, topic, event, payload]`; more elements are tolerated.
  private static Optional<Push> array(JsonParser parser, byte[] frame) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      return Optional.empty();
    }
    var joinRef = text(parser, parser.nextToken());
    var ref = text(parser, parser.nextToken());
    var topic = text(parser, parser.nextToken());
    var event = text(parser, parser.nextToken());
    var payload = value(parser, parser.nextToken(), frame);
    if (payload == null) {
      return Optional.empty();
    }
    for (var more = parser.nextToken(); more != JsonToken.END_ARRAY; more = parser.nextToken()) {
      if (more == null) {
        return Optional.empty();
      }
      parser.skipChildren();
    }
    return push(parser, joinRef, ref, topic, event, payload);
  }

  /// `{topic, event, payload, ref, join_ref}` in any order.
  private static Optional<Push> object(JsonParser parser, byte[] frame) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return Optional.empty();
    }
    String joinRef = null;
    String ref = null;
    String topic = null;
    String event = null;
    byte[] payload = NO_PAYLOAD;
    for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      var token = parser.nextToken();
      switch (name) {
        case "join_ref" -> joinRef = text(parser, token);
        case "ref" -> ref = text(parser, token);
        case "topic" -> topic = text(parser, token);
        case "event" -> event = text(parser, token);
        case "payload" -> payload = value(parser, token, frame);
        default -> parser.skipChildren();
      }
    }
    return push(parser, joinRef, ref, topic, event, payload);
  }

  private static Optional<Push> push(
      JsonParser parser,
      @Nullable String joinRef,
      @Nullable String ref,
      @Nullable String topic,
      @Nullable String event,
      byte @Nullable [] payload)
      throws IOException {
    if (topic == null || event == null || payload == null || parser.nextToken() != null) {
      return Optional.empty();
    }
    if (isTooLong(joinRef) || isTooLong(ref)) {
      return Optional.empty();
    }
    return Optional.of(new Push(joinRef, ref, topic, event, new Payload.Json(payload)));
  }

  private static boolean isTooLong(@Nullable String ref) {
    return ref != null
        && (ref.length() > LONGEST_REF
            || ref.getBytes(StandardCharsets.UTF_8).length > LONGEST_REF);
  }

  /// Text, or a number as text, as some clients send refs; anything else is absent.
  private static @Nullable String text(JsonParser parser, @Nullable JsonToken token)
      throws IOException {
    if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) {
      return parser.getText();
    }
    if (token != null) {
      parser.skipChildren();
    }
    return null;
  }

  /// The bytes of a value as they stand in the frame.
  private static byte @Nullable [] value(JsonParser parser, @Nullable JsonToken token, byte[] frame)
      throws IOException {
    if (token == null || token == JsonToken.END_ARRAY) {
      return null;
    }
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    // of a text, skipping alone does not look for its end
    parser.finishToken();
    int end = (int) parser.currentLocation().getByteOffset();
    return start < 0 || end < start ? null : Arrays.copyOfRange(frame, start, end);
  }
}
