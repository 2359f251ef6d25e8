package io.stabbur.realtime.channel;

import io.stabbur.realtime.change.BroadcastSink;
import io.stabbur.realtime.room.Broadcast;
import io.stabbur.realtime.room.TopicName;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers messages of the database to the members of this process. Each replica reads them from
/// the database itself.
final class DatabaseMessages implements BroadcastSink {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseMessages.class);

  private final io.stabbur.realtime.room.Room room;

  DatabaseMessages(io.stabbur.realtime.room.Room room) {
    this.room = room;
  }

  @Override
  public void message(UUID id, String topic, String event, Body body, BroadcastSink.Room kind) {
    var name = new TopicName(topic, kind);
    if (!name.fits() || !TopicName.fits(event)) {
      LOG.warn(
          "A message of the database was dropped: its topic or event is longer than 255 bytes");
      return;
    }
    var content = new Broadcast.Content.Binary(event, body, "{\"id\":\"" + id + "\"}");
    room.deliver(new Broadcast(name, content, id));
  }
}
