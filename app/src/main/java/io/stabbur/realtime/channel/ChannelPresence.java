package io.stabbur.realtime.channel;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.realtime.room.Presence;
import io.stabbur.realtime.room.PresenceDiff;
import java.util.ArrayDeque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What one channel's client tracks, and what it sees of others. Presence needs its own rights;
/// what is tracked leaves with the channel.
final class ChannelPresence {
  private static final String NOT_A_MAP = "{\"reason\":\"Presence track payload must be a map\"}";

  private final Channel channel;
  private final ArrayDeque<Long> calls = new ArrayDeque<>();
  private @Nullable Presence tracked;
  private boolean isOn;

  /// What is kept of it.
  private long bytes;

  /// The last diff that the client's state contains.
  private long told;

  ChannelPresence(Channel channel) {
    this.channel = channel;
    this.isOn = channel.config.presence();
  }

  /// After the reply to the join.
  void begin() {
    if (isOn) {
      tellState();
    }
  }

  /// The whole state, if the client may see it; diffs follow.
  void tellState() {
    if (!isOn || !channel.access.reads().presence()) {
      return;
    }
    var state = channel.project().room.present(channel.name);
    told = state.number();
    channel.send("presence_state", channel.join.joinRef(), state.json());
  }

  /// Whether the client is to see a diff.
  boolean wants(PresenceDiff diff) {
    return isOn && channel.access.reads().presence() && diff.number() > told;
  }

  void push(Push push) {
    var project = channel.project();
    project.presence.add(1);
    if (project.presence.exceeds(project.settings.maxPresence())) {
      channel.fail("Too many presence messages per second");
    } else if (calledTooOften()) {
      channel.fail("Client presence rate limit exceeded");
    } else if (push.payload().size() > project.settings.maxPayload()) {
      channel.fail("Track message size exceeded");
    } else {
      channel.access.write(Extension.PRESENCE, may -> handle(push, may));
    }
  }

  private boolean calledTooOften() {
    var settings = channel.project().settings;
    if (settings.clientPresence() == 0) {
      return false;
    }
    long now = System.nanoTime();
    while (!calls.isEmpty() && now - calls.peek() > settings.clientPresenceWindow().toNanos()) {
      calls.poll();
    }
    calls.add(now);
    return calls.size() > settings.clientPresence();
  }

  private void handle(Push push, boolean may) {
    var payload = payload(push);
    var event = Json.textOrNull(payload, "event");
    if (!may || event == null) {
      channel.socket.reply(push, "error", "{}");
      return;
    }
    switch (event.toLowerCase(Locale.ROOT)) {
      case "track" -> track(push, payload.get("payload"));
      case "untrack" -> {
        channel.socket.reply(push, "ok", "{}");
        end();
      }
      default -> channel.socket.reply(push, "error", "{}");
    }
  }

  private void track(Push push, @Nullable JsonNode payload) {
    if (payload == null || !payload.isObject()) {
      channel.socket.reply(push, "error", NOT_A_MAP);
      return;
    }
    long more = push.payload().size() + (long) channel.config.presenceKey().length() - bytes;
    if (!reserve(more)) {
      channel.fail("Track message size exceeded");
      return;
    }
    channel.socket.reply(push, "ok", "{}");
    isOn = true;
    tracked =
        channel.project().room.track(channel.name, channel.config.presenceKey(), payload, tracked);
  }

  /// Counts what is kept for the client: one socket may track as much as one broadcast may carry,
  /// and all together a part of the heap.
  private boolean reserve(long more) {
    var project = channel.project();
    if (more > 0
        && (channel.socket.presenceBytes + more > project.settings.maxPayload()
            || project.presenceBytes.get() + more > project.settings.totalBacklog())) {
      return false;
    }
    count(more);
    return true;
  }

  private void count(long more) {
    bytes += more;
    channel.socket.presenceBytes += more;
    channel.project().presenceBytes.addAndGet(more);
  }

  /// What was tracked leaves.
  void end() {
    if (tracked != null) {
      channel.project().room.untrack(channel.name, tracked);
      tracked = null;
      count(-bytes);
    }
  }

  private static JsonNode payload(Push push) {
    try {
      return push.payload() instanceof Push.Payload.Json(var utf8)
          ? Json.parse(utf8)
          : JsonNode.nullNode();
    } catch (ApiException e) {
      return JsonNode.nullNode();
    }
  }
}
