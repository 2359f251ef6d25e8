package io.stabbur.realtime.room;

import io.stabbur.realtime.change.BroadcastSink.Body;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One broadcast to a topic, encoded once for each version of the protocol when the first receiver
/// needs it.
public final class Broadcast {
  private static final int USER_BROADCAST = 4;
  private static final int OPAQUE = 0;
  private static final int JSON = 1;

  private final TopicName topic;
  private final Content content;
  private final @Nullable UUID id;
  private volatile @Nullable Frame v1;
  private volatile @Nullable Frame v2;

  /// What is sent, and in which kind of frame.
  public sealed interface Content {
    /// The whole payload `{type,event,payload}` of an event `broadcast`, UTF-8; sent as text.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Text(byte[] payload) implements Content {}

    /// A user's event with its own payload; sent as a binary frame to those who know these.
    ///
    /// @param meta a JSON object, or absent
    record Binary(String event, Body body, @Nullable String meta) implements Content {}
  }

  /// @param id of the stored message, absent for one that is not stored
  public Broadcast(TopicName topic, Content content, @Nullable UUID id) {
    this.topic = topic;
    this.content = content;
    this.id = id;
  }

  public TopicName topic() {
    return topic;
  }

  public Content content() {
    return content;
  }

  /// Bytes of its payload.
  public int size() {
    return switch (content) {
      case Content.Text(var payload) -> payload.length;
      case Content.Binary(var _, Body.Json(var json), var _) -> json.length;
      case Content.Binary(var _, Body.Bytes(var bytes), var _) -> bytes.length;
    };
  }

  public @Nullable UUID id() {
    return id;
  }

  /// The frame for a version; none where it cannot carry the content: bytes in V1.
  public Optional<Frame> frame(Wire wire) {
    return switch (wire) {
      case V1 -> Optional.ofNullable(first());
      case V2 -> Optional.of(second());
    };
  }

  private @Nullable Frame first() {
    var known = v1;
    if (known == null) {
      known = encodeV1();
      v1 = known;
    }
    return known;
  }

  private Frame second() {
    var known = v2;
    if (known == null) {
      known = encodeV2();
      v2 = known;
    }
    return known;
  }

  private @Nullable Frame encodeV1() {
    return switch (content) {
      case Content.Text(var payload) -> text(Wire.V1, payload);
      case Content.Binary(var event, Body.Json(var json), var meta) ->
          text(Wire.V1, wrapped(event, json, meta));
      case Content.Binary(var _, Body.Bytes _, var _) -> null;
    };
  }

  private Frame encodeV2() {
    return switch (content) {
      case Content.Text(var payload) -> text(Wire.V2, payload);
      case Content.Binary(var event, Body.Json(var json), var meta) ->
          binary(event, meta, JSON, json);
      case Content.Binary(var event, Body.Bytes(var bytes), var meta) ->
          binary(event, meta, OPAQUE, bytes);
    };
  }

  private Frame text(Wire wire, byte[] payload) {
    return Envelope.of(wire, null, null, topic.onWire(), "broadcast", payload);
  }

  /// `{"type":"broadcast","event":…,"payload":…,"meta":…}`
  public static byte[] wrapped(String event, byte[] json, @Nullable String meta) {
    var out = new ByteArrayOutputStream(json.length + 64);
    out.writeBytes(Envelope.utf8("{\"type\":\"broadcast\",\"event\":" + Envelope.quote(event)));
    out.writeBytes(Envelope.utf8(",\"payload\":"));
    out.writeBytes(json);
    out.writeBytes(Envelope.utf8(meta == null ? "}" : ",\"meta\":" + meta + "}"));
    return out.toByteArray();
  }

  private Frame binary(String event, @Nullable String meta, int encoding, byte[] payload) {
    return binary(topic, event, meta, encoding, payload);
  }

  private static Frame binary(
      TopicName topic, String event, @Nullable String meta, int encoding, byte[] payload) {
    var topicBytes = Envelope.utf8(topic.onWire());
    var eventBytes = Envelope.utf8(event);
    var metaBytes = Envelope.utf8(meta == null ? "" : meta);
    byte[] head = {
      USER_BROADCAST,
      (byte) topicBytes.length,
      (byte) eventBytes.length,
      (byte) metaBytes.length,
      (byte) encoding
    };
    return Frame.binary(head, topicBytes, eventBytes, metaBytes, payload);
  }
}
