package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.Message.Kind;
import io.stabbur.platform.pgoutput.Relation;
import io.stabbur.platform.pgoutput.Tuple;
import io.stabbur.realtime.change.BroadcastSink.Body;
import io.stabbur.realtime.change.BroadcastSink.Room;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Passes rows inserted into `realtime.messages` on to those who listen to them.
final class MessageSinks {
  private static final Logger LOG = LoggerFactory.getLogger(MessageSinks.class);

  private final List<BroadcastSink> sinks = new CopyOnWriteArrayList<>();

  void add(BroadcastSink sink) {
    sinks.add(sink);
  }

  void remove(BroadcastSink sink) {
    sinks.remove(sink);
  }

  boolean isEmpty() {
    return sinks.isEmpty();
  }

  /// Whether a table is `realtime.messages` or one of its partitions.
  static boolean isMessages(Relation relation) {
    return relation.schema().equals("realtime")
        && (relation.name().equals("messages") || relation.name().startsWith("messages_"));
  }

  /// Hands a change over if it is a message.
  void pass(Change change) {
    var image = change.image();
    if (sinks.isEmpty()
        || image == null
        || change.kind() != Kind.INSERT
        || !isMessages(change.relation())) {
      return;
    }
    var fields = new Fields(change.relation(), image);
    var id = fields.text("id");
    var topic = fields.text("topic");
    var event = fields.text("event");
    if (id != null && topic != null && event != null) {
      var room = "t".equals(fields.text("private")) ? Room.PRIVATE : Room.PUBLIC;
      sinks.forEach(sink -> hand(sink, UUID.fromString(id), topic, event, fields.body(), room));
    }
  }

  private static void hand(
      BroadcastSink sink, UUID id, String topic, String event, Body body, Room room) {
    try {
      sink.message(id, topic, event, body, room);
    } catch (RuntimeException e) {
      LOG.error("A message of the database could not be passed on", e);
    }
  }

  private record Fields(Relation relation, Tuple image) {
    @Nullable String text(String column) {
      int place = relation.columns().indexOf(column);
      return place < 0 ? null : image.text(place);
    }

    Body body() {
      var bytes = text("binary_payload");
      if (bytes != null) {
        return new Body.Bytes(HexFormat.of().parseHex(bytes, "\\x".length(), bytes.length()));
      }
      var payload = text("payload");
      return new Body.Json((payload == null ? "null" : payload).getBytes(StandardCharsets.UTF_8));
    }
  }
}
