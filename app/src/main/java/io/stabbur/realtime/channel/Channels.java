package io.stabbur.realtime.channel;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.realtime.channel.Push.Payload;
import io.stabbur.realtime.room.Envelope;
import io.stabbur.realtime.room.TopicName;
import io.stabbur.realtime.room.Wire;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The channels of one socket: takes what the client sends to the channel it is for. All but
/// [#restart], [#check] and what operators read is called on the socket's lane.
public final class Channels {
  private static final String PHOENIX = "phoenix";
  private static final byte[] OK = Envelope.utf8("{\"status\":\"ok\",\"response\":{}}");
  private static final int RESTART = 1012;
  private static final int ID_BYTES = 9;
  private static final int POLICY = 1008;
  private static final int NORMAL = 1000;

  /// Most answers to refused joins that wait to be sent.
  private static final int MOST_REFUSALS = 1000;

  /// Most bytes of their topics.
  private static final long MOST_REFUSED_BYTES = 1 << 20;

  /// Most bytes of the payload of a join.
  private static final int LONGEST_JOIN = 256 * 1024;

  final ProjectChannels project;
  final Link link;
  final Caller opened;
  final String key;
  private final String id = Crypto.randomText(ID_BYTES);
  private final Map<String, Channel> open = new HashMap<>();
  private int joins;
  private final Instant since = Instant.now();
  private volatile long emptySince = System.nanoTime();
  private volatile long heard = System.nanoTime();
  private int refusals;
  private long refusedBytes;
  private boolean isClosed;

  /// Bytes that the client tracks as its presences, on all channels.
  long presenceBytes;

  /// Bytes that wait for joins of its channels to be answered.
  long heldBytes;

  /// @param opened the caller that the socket was opened as
  /// @param key what it was opened with, to be verified again later
  public Channels(ProjectChannels project, Link link, Caller opened, String key) {
    this.project = project;
    this.link = link;
    this.opened = opened;
    this.key = key;
    project.sockets().add(this);
  }

  /// Something came from the client, if only half a frame: it is not idle.
  public void hear() {
    heard = System.nanoTime();
  }

  /// What the client sent.
  public void push(Push push) {
    if (isClosed) {
      return;
    }
    var channel = open.get(push.topic());
    if (push.event().equals("phx_join")) {
      join(push, channel);
    } else if (channel != null) {
      channel.push(push);
    } else {
      unjoined(push);
    }
  }

  private void unjoined(Push push) {
    if (push.event().equals("heartbeat") && push.topic().equals(PHOENIX)) {
      link.sendFirst(Envelope.of(link.wire(), null, push.ref(), PHOENIX, "phx_reply", OK));
    } else if (push.event().equals("phx_leave")) {
      reply(push, "ok", "{}");
    } else {
      refuse(push, "unmatched topic");
    }
  }

  private void join(Push push, @Nullable Channel former) {
    if (!push.topic().startsWith(TopicName.PREFIX)) {
      refuse(push, "unmatched topic");
      return;
    }
    if (former != null) {
      former.close();
    }
    project.joins.add(1);
    var error = refusal(push);
    if (error != null) {
      refuseLater(push.head(), error);
      return;
    }
    var channel = new Channel(this, ++joins, push.head(), JoinConfig.of(payload(push)));
    open.put(push.topic(), channel);
    channel.join();
  }

  private @Nullable ChannelError refusal(Push push) {
    var settings = project.settings;
    var topic = push.topic();
    if (push.payload().size() > LONGEST_JOIN) {
      return new ChannelError("InvalidJoinPayload", "A join may have at most 256 KiB");
    }
    if (topic.length() == TopicName.PREFIX.length()) {
      return new ChannelError("TopicNameRequired", "You must provide a topic name");
    }
    if (!TopicName.fits(topic)) {
      return new ChannelError("TopicNameTooLong", "A topic may have at most 255 bytes");
    }
    if (project.joinsTooFast()) {
      return new ChannelError(
          "ClientJoinRateLimitReached",
          "Too many joins per second",
          ChannelError.Effect.DISCONNECT);
    }
    if (settings.maxChannels() > 0 && open.size() >= settings.maxChannels()) {
      return new ChannelError("ChannelRateLimitReached", "Too many channels");
    }
    return null;
  }

  /// The payload of a join. One that is no JSON object is as an empty one.
  private static JsonNode payload(Push push) {
    try {
      return push.payload() instanceof Payload.Json(var utf8)
          ? Json.parse(utf8)
          : JsonNode.nullNode();
    } catch (ApiException e) {
      return JsonNode.nullNode();
    }
  }

  /// Answers a refused join after a while, so that clients which try again at once cost little. No
  /// thread waits.
  void refuseLater(Push push, ChannelError error) {
    project.channelTraffic().refused();
    int size = push.topic().length();
    refusedBytes += size;
    if (++refusals > MOST_REFUSALS || refusedBytes > MOST_REFUSED_BYTES) {
      link.disconnect(POLICY);
      return;
    }
    link.lane()
        .schedule(
            project.settings.errorDelay(),
            () -> {
              refusals--;
              refusedBytes -= size;
              if (isClosed) {
                return;
              }
              refuse(push, error.reason());
              if (error.effect() == ChannelError.Effect.DISCONNECT) {
                link.disconnect(POLICY);
              }
            });
  }

  /// Bindings of all its channels.
  int bindings() {
    return open.values().stream().mapToInt(Channel::bindings).sum();
  }

  private void refuse(Push push, String reason) {
    reply(push, "error", "{\"reason\":" + Envelope.quote(reason) + "}");
  }

  void reply(Push push, String status, String response) {
    var payload = "{\"status\":\"" + status + "\",\"response\":" + response + "}";
    link.send(
        Envelope.of(
            link.wire(),
            push.joinRef(),
            push.ref(),
            push.topic(),
            "phx_reply",
            Envelope.utf8(payload)));
  }

  void remove(Channel channel) {
    if (open.remove(channel.topic(), channel) && open.isEmpty()) {
      emptySince = System.nanoTime();
    }
  }

  /// The socket is gone: all its channels end, and their presences leave.
  public void close() {
    if (!isClosed) {
      isClosed = true;
      project.sockets().remove(this);
      List.copyOf(open.values()).forEach(Channel::end);
    }
  }

  /// Ends the socket so that its client connects again. From any thread.
  public void restart() {
    link.lane()
        .run(
            () -> {
              List.copyOf(open.values())
                  .forEach(each -> each.system("system", "ok", "Server requested disconnect"));
              link.disconnect(RESTART);
            });
  }

  /// Ends the socket if it is idle, empty for too long, or its key no longer holds, and each
  /// channel whose token has expired or is due for another look. From any thread.
  void check(Check check) {
    long now = System.nanoTime();
    var settings = project.settings;
    if (now - heard > settings.idleTimeout().toNanos()) {
      link.lane().execute(() -> link.disconnect(NORMAL));
    } else if (check.keys() && !project.tokens.isKey(opened, key)) {
      link.lane().execute(() -> end("API key is no longer valid"));
    } else {
      link.lane().execute(() -> checkChannels(check, now));
    }
  }

  private void checkChannels(Check check, long now) {
    if (open.isEmpty() && now - emptySince > project.settings.emptyTimeout().toNanos()) {
      link.disconnect(NORMAL);
      return;
    }
    List.copyOf(open.values()).forEach(each -> each.check(check));
  }

  private void end(String message) {
    List.copyOf(open.values()).forEach(each -> each.fail(message));
    link.disconnect(POLICY);
  }

  public String id() {
    return id;
  }

  /// What operators see of the socket. From any thread.
  public CompletableFuture<SocketView> view() {
    return CompletableFuture.supplyAsync(
        () ->
            new SocketView(
                id,
                link.wire() == Wire.V1 ? "1.0.0" : "2.0.0",
                opened.role(),
                since,
                open.values().stream().map(Channel::view).toList()),
        link.lane());
  }

  /// Ends one channel; its client is told, and may join again. From any thread.
  ///
  /// @param number of the channel's view
  public void endChannel(int number) {
    link.lane()
        .execute(
            () ->
                List.copyOf(open.values()).stream()
                    .filter(each -> each.number == number)
                    .forEach(each -> each.fail("Server requested disconnect")));
  }

  /// When the socket was opened.
  public Instant since() {
    return since;
  }
}
