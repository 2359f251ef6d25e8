package io.stabbur.realtime.http;

import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.realtime.change.BroadcastSink.Body;
import io.stabbur.realtime.channel.ChannelsOfProjects;
import io.stabbur.realtime.channel.ProjectChannels;
import io.stabbur.realtime.room.Broadcast;
import io.stabbur.realtime.room.Broadcast.Content;
import io.stabbur.realtime.room.TopicName;
import jakarta.inject.Singleton;
import java.util.HashMap;

/// Sends what came by REST. To a private topic policies must let the caller write.
@Singleton
final class RestBroadcasts {
  private final ChannelsOfProjects channels;

  RestBroadcasts(ChannelsOfProjects channels) {
    this.channels = channels;
  }

  /// Sends all that the caller may send; what it may not is silently left out, as the original
  /// does.
  void sendAll(Caller caller, BatchRequest request) {
    var project = channels.of(caller.project());
    request.messages().forEach(each -> requireSize(project, each.payload().length));
    var may = new HashMap<TopicName, Boolean>();
    for (var message : request.messages()) {
      requireRate(project);
      if (may.computeIfAbsent(message.topic(), topic -> project.mayBroadcast(caller, topic))) {
        project.send(new Broadcast(message.topic(), content(message), message.id()));
      }
    }
  }

  private static Content content(BatchRequest.Message message) {
    var meta = message.id() == null ? null : "{\"id\":\"" + message.id() + "\"}";
    return new Content.Text(Broadcast.wrapped(message.event(), message.payload(), meta));
  }

  /// Sends one message.
  void send(Caller caller, TopicName topic, String event, Body body) {
    var project = channels.of(caller.project());
    requireSize(
        project,
        switch (body) {
          case Body.Json(var json) -> json.length;
          case Body.Bytes(var bytes) -> bytes.length;
        });
    requireRate(project);
    if (!project.mayBroadcast(caller, topic)) {
      throw new ApiException(new RealtimeError.MayNotWrite());
    }
    project.send(
        new Broadcast(topic, new Content.Binary(BatchRequest.event(event), body, null), null));
  }

  private static void requireSize(ProjectChannels project, int bytes) {
    if (!project.fits(bytes)) {
      throw new ApiException(new RealtimeError.Invalid("Payload size exceeds tenant limit"));
    }
  }

  private static void requireRate(ProjectChannels project) {
    if (!project.admit()) {
      throw new ApiException(new RealtimeError.TooManyMessages());
    }
  }
}
