package io.stabbur.realtime.room;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes the text frames of the server in both versions of the protocol.
public final class Envelope {
  private static final byte[] END_ARRAY = "]".getBytes(StandardCharsets.US_ASCII);

  private Envelope() {}

  /// `[join_ref,ref,topic,event,payload]`, or `{topic,event,payload,ref}`, which has no join_ref.
  ///
  /// @param topic as clients write it, with the prefix `realtime:`
  /// @param payload UTF-8 of a JSON value
  public static Frame of(
      Wire wire,
      @Nullable String joinRef,
      @Nullable String ref,
      String topic,
      String event,
      byte[] payload) {
    return switch (wire) {
      case V2 ->
          Frame.text(
              utf8("[" + quote(joinRef) + "," + quote(ref) + "," + names(topic, event)),
              payload,
              END_ARRAY);
      case V1 ->
          Frame.text(
              utf8("{\"topic\":" + quote(topic) + ",\"event\":" + quote(event) + ",\"payload\":"),
              payload,
              utf8(",\"ref\":" + quote(ref) + "}"));
    };
  }

  /// What stands before the payload of an event without references.
  public static String begin(Wire wire, String topic, String event) {
    return switch (wire) {
      case V2 -> "[null,null," + names(topic, event);
      case V1 -> "{\"topic\":" + quote(topic) + ",\"event\":" + quote(event) + ",\"payload\":";
    };
  }

  /// What stands behind it.
  public static String end(Wire wire) {
    return switch (wire) {
      case V2 -> "]";
      case V1 -> ",\"ref\":null}";
    };
  }

  private static String names(String topic, String event) {
    return quote(topic) + "," + quote(event) + ",";
  }

  /// JSON text of a string, or `null`.
  public static String quote(@Nullable String text) {
    return text == null
        ? "null"
        : "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  /// The bytes of a text.
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
