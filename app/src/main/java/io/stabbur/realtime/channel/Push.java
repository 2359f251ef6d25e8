package io.stabbur.realtime.channel;

import io.stabbur.realtime.change.BroadcastSink.Body;
import org.jspecify.annotations.Nullable;

/// What a client sends.
///
/// @param topic as on the wire, with its prefix
public record Push(
    @Nullable String joinRef, @Nullable String ref, String topic, String event, Payload payload) {

  private static final byte[] NOTHING = {};

  /// The same without its payload, to be kept for an answer.
  Push head() {
    return new Push(joinRef, ref, topic, event, new Payload.Json(NOTHING));
  }

  /// What comes with it.
  public sealed interface Payload {
    /// A JSON value, UTF-8.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Json(byte[] utf8) implements Payload {}

    /// A broadcast of a binary frame.
    record UserBroadcast(String event, Body body) implements Payload {}

    /// About how many bytes of memory it takes.
    default int size() {
      return switch (this) {
        case Json(var utf8) -> utf8.length;
        case UserBroadcast(var _, Body.Json(var utf8)) -> utf8.length;
        case UserBroadcast(var _, Body.Bytes(var bytes)) -> bytes.length;
      };
    }
  }
}
