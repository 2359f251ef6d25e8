package io.stabbur.realtime.channel;

import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.BroadcastSink.Body;
import io.stabbur.realtime.room.Envelope;
import io.stabbur.realtime.room.TopicName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Messages of a private topic that the database has sent and still keeps.
final class Stored {
  private static final String NEWEST =
      """
      select id, event, payload::text, binary_payload from realtime.messages
      where topic = ? and private and extension = 'broadcast'
        and inserted_at >= ? at time zone 'utc'
        and inserted_at < (now() + interval '1 minute') at time zone 'utc'
      order by inserted_at desc limit ?\
      """;

  private Stored() {}

  /// One stored message.
  record Message(UUID id, String event, Body body) {}

  /// The newest messages since a moment that policies let the caller see, oldest first. Blocks.
  static List<Message> since(Caller caller, TopicName topic, Instant since, int limit) {
    var actor = caller.actor().with("realtime.topic", topic.name());
    return caller
        .project()
        .api()
        .exchange(
            actor,
            Access.READ,
            Statement.of(NEWEST, topic.name(), since.atOffset(ZoneOffset.UTC), limit),
            Stored::messages);
  }

  private static List<Message> messages(ResultSet rows) throws SQLException {
    var all = new ArrayList<Message>();
    while (rows.next()) {
      var event = rows.getString(2);
      all.add(
          new Message(
              rows.getObject(1, UUID.class),
              event == null ? "" : event,
              body(rows.getString(3), rows.getBytes(4))));
    }
    return all.reversed();
  }

  private static Body body(@Nullable String json, byte @Nullable [] bytes) {
    return bytes == null
        ? new Body.Json(Envelope.utf8(json == null ? "null" : json))
        : new Body.Bytes(bytes);
  }
}
