package io.stabbur.realtime.change;

import java.util.UUID;

/// Where the messages go that the database sends by `realtime.send` and its kin. Called in the
/// order of commits, by one thread at a time; must not block.
public interface BroadcastSink {
  /// A row inserted into `realtime.messages`.
  ///
  /// @param topic without the prefix `realtime:`
  /// @param body UTF-8 of a JSON value, or opaque bytes
  void message(UUID id, String topic, String event, Body body, Room room);

  /// What a message carries.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody, and never changed
  sealed interface Body {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Json(byte[] utf8) implements Body {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Bytes(byte[] bytes) implements Body {}
  }

  /// Public and private topics of one name are different rooms.
  enum Room {
    PUBLIC,
    PRIVATE
  }
}
