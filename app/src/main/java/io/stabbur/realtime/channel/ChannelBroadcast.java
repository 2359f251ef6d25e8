package io.stabbur.realtime.channel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import io.stabbur.realtime.channel.Push.Payload;
import io.stabbur.realtime.room.Broadcast;
import io.stabbur.realtime.room.TopicName;
import java.io.IOException;
import java.util.Optional;

/// Broadcasts of a client to the topic of its channel.
final class ChannelBroadcast {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private final Channel channel;

  ChannelBroadcast(Channel channel) {
    this.channel = channel;
  }

  void push(Push push) {
    var project = channel.project();
    if (!project.admit()) {
      channel.fail("Too many messages per second");
    } else if (!project.fits(push.payload().size())) {
      refuse(push, "\"payload_size_exceeded\"");
    } else if (!TopicName.fits(event(push.payload()))) {
      refuse(push, "\"event_name_too_long\"");
    } else {
      channel.access.write(
          Extension.BROADCAST,
          may -> {
            if (may) {
              send(push);
            }
          });
    }
  }

  /// Only those who asked for acknowledgements are told, and nobody of a missing right.
  private void refuse(Push push, String response) {
    if (channel.config.acknowledges()) {
      channel.socket.reply(push, "error", response);
    }
  }

  private void send(Push push) {
    var broadcast = new Broadcast(channel.name, content(push.payload()), null);
    channel.project().room.send(broadcast, channel.config.sendsSelf() ? null : channel);
    if (channel.config.acknowledges()) {
      channel.socket.reply(push, "ok", "{}");
    }
  }

  private static Broadcast.Content content(Payload payload) {
    return switch (payload) {
      case Payload.Json(var utf8) -> new Broadcast.Content.Text(utf8);
      case Payload.UserBroadcast(var event, var body) ->
          new Broadcast.Content.Binary(event, body, null);
    };
  }

  /// The user's event: of a text, its field `event`; "" where there is none.
  private static String event(Payload payload) {
    return switch (payload) {
      case Payload.UserBroadcast(var event, var _) -> event;
      case Payload.Json(var utf8) -> field(utf8).orElse("");
    };
  }

  private static Optional<String> field(byte[] json) {
    try (var parser = JSON.createParser(json)) {
      parser.nextToken();
      for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        if (name.equals("event")) {
          return Optional.ofNullable(parser.getValueAsString());
        }
        parser.skipChildren();
      }
    } catch (IOException e) {
      // the frame was read before, so this is JSON
    }
    return Optional.empty();
  }
}
