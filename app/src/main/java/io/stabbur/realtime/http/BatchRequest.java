package io.stabbur.realtime.http;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.realtime.change.BroadcastSink.Room;
import io.stabbur.realtime.room.Envelope;
import io.stabbur.realtime.room.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The body of a broadcast of several messages: `{"messages":[{topic,event,payload,private,id}]}`.
record BatchRequest(List<Message> messages) {
  /// One message.
  ///
  /// @param payload UTF-8 of a JSON object
  /// @param id told to receivers, absent for none
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Message(TopicName topic, String event, byte[] payload, @Nullable UUID id) {}

  /// Reads the body; refused as a whole where one message is wrong.
  static BatchRequest of(byte[] body) {
    var root = Json.parse(body);
    var list = root.isObject() ? root.get("messages") : null;
    if (list == null || !list.isArray()) {
      throw invalid("messages can't be blank");
    }
    var messages = new ArrayList<Message>();
    list.values().forEach(each -> messages.add(message(each)));
    return new BatchRequest(messages);
  }

  private static Message message(JsonNode node) {
    var payload = node.isObject() ? node.get("payload") : null;
    if (payload == null || !payload.isObject()) {
      throw invalid("payload must be an object");
    }
    return new Message(
        topic(text(node, "topic"), isTrue(node.get("private"))),
        event(text(node, "event")),
        Envelope.utf8(Json.write(payload)),
        id(node.get("id")));
  }

  /// A topic of a request, without the prefix `realtime:`.
  static TopicName topic(String name, boolean isPrivate) {
    var topic = new TopicName(name, isPrivate ? Room.PRIVATE : Room.PUBLIC);
    if (name.isEmpty() || !topic.fits()) {
      throw invalid("topic must have between 1 and 246 bytes");
    }
    return topic;
  }

  /// An event's name that binary frames can carry.
  static String event(String name) {
    if (name.isEmpty() || !TopicName.fits(name)) {
      throw invalid("event must have between 1 and 255 bytes");
    }
    return name;
  }

  private static String text(JsonNode node, String name) {
    var value = node.get(name);
    if (value == null || !value.isString()) {
      throw invalid(name + " can't be blank");
    }
    return value.getStringValue();
  }

  private static boolean isTrue(@Nullable JsonNode node) {
    return node != null
        && ((node.isBoolean() && node.getBooleanValue())
            || (node.isString() && node.getStringValue().equals("true")));
  }

  private static @Nullable UUID id(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    return Uuids.parse(node.isString() ? node.getStringValue() : "")
        .orElseThrow(() -> invalid("id must be a UUID"));
  }

  private static ApiException invalid(String what) {
    return new ApiException(new RealtimeError.Invalid(what));
  }
}
