package io.stabbur.realtime.channel;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.realtime.change.BroadcastSink.Body;
import io.stabbur.realtime.change.ChangeSink;
import io.stabbur.realtime.room.Broadcast;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// The way of a join: token, rights, topic, then whatever the reply waits for (the stream of
/// changes, of messages, stored messages), the reply, and what follows it.
final class ChannelJoin {
  /// A client gives a join up after ten seconds.
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final Duration MESSAGES_PATIENCE = Duration.ofSeconds(2);

  private final Channel channel;
  private final JoinConfig config;
  private final ProjectChannels project;
  private final int wanted;
  private Bindings bindings;
  private List<Stored.Message> stored = List.of();

  /// @param changes the elements of `postgres_changes`
  ChannelJoin(Channel channel, List<JsonNode> changes) {
    this.channel = channel;
    this.config = channel.config;
    this.project = channel.project();
    this.wanted = changes.size();
    this.bindings = wanted > Bindings.MOST ? Bindings.NONE : Bindings.of(changes);
  }

  /// The bindings as operators see them.
  List<String> shown() {
    return bindings.all().stream().map(ChannelView::change).toList();
  }

  void begin() {
    if (project.settings.privateOnly() && !config.isPrivate()) {
      channel.refuse(new ChannelError("PrivateOnly", "This project only allows private channels"));
    } else if (wanted > Bindings.MOST) {
      channel.refuse(
          new ChannelError(
              "TooManyBindings", "A channel may have at most " + Bindings.MOST + " bindings"));
    } else if (wanted > 0 && channel.socket.bindings() > Bindings.MOST_OF_SOCKET) {
      channel.refuse(
          new ChannelError(
              "TooManyBindings",
              "A socket may have at most " + Bindings.MOST_OF_SOCKET + " bindings"));
    } else if (config.replay() != null && !config.isPrivate()) {
      channel.refuse(
          new ChannelError("UnableToReplayMessages", "Replay is not allowed for public channels"));
    } else if (config.replay() != null && config.replay().since() == null) {
      channel.refuse(new ChannelError("UnableToReplayMessages", "Replay params are not valid"));
    } else {
      channel.access.authorize(config.token(), this::authorized, channel::refuse);
    }
  }

  private void authorized() {
    channel.enter();
    var ready = List.of(messages(), replay(), changes());
    channel.await(
        CompletableFuture.allOf(ready.toArray(CompletableFuture[]::new)),
        _ -> open(),
        this::failed);
  }

  private void failed(Throwable failure) {
    channel.refuse(
        failure instanceof ChannelRefusal refusal
            ? refusal.error()
            : new ChannelError("UnableToReplayMessages", "Stored messages could not be read"));
  }

  /// Messages of the database, so that one sent in answer to the join is not lost. A database that
  /// has no such stream delays nothing.
  private CompletableFuture<?> messages() {
    return project
        .listen()
        .toCompletableFuture()
        .copy()
        .completeOnTimeout(null, MESSAGES_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(_ -> null);
  }

  private CompletableFuture<?> replay() {
    var wanted = config.replay();
    if (wanted == null || wanted.since() == null) {
      return CompletableFuture.completedFuture(null);
    }
    var caller = channel.access.caller();
    var since = Instant.ofEpochMilli(wanted.since());
    return project
        .questions
        .ask(caller.share(), () -> Stored.since(caller, channel.name, since, wanted.limit()))
        .thenAccept(found -> stored = found);
  }

  /// The stream of changes carries the bindings before the join is answered. A client that did not
  /// ask to wait is answered in time in any case.
  private CompletableFuture<?> changes() {
    if (bindings.all().isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    if (project.feed.isEmpty()) {
      channel.changesState(
          "error", "Unable to subscribe to changes with given parameters: this server has no feed");
      return CompletableFuture.completedFuture(null);
    }
    var subscription =
        project.feed.get().subscribe(channel.access.caller(), bindings.all(), sink());
    var made =
        subscription
            .thenAcceptAsync(channel::subscribed, channel.lane()::run)
            .toCompletableFuture();
    return waiting(made);
  }

  private CompletableFuture<?> waiting(CompletableFuture<?> made) {
    if (config.waits() == null) {
      return made.copy()
          .completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionally(_ -> null);
    }
    return made.copy()
        .orTimeout(config.waits().toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(_ -> CompletableFuture.failedFuture(notInTime()));
  }

  private static ChannelRefusal notInTime() {
    return new ChannelRefusal(
        new ChannelError("PostgresChangesTimeout", "The subscription was not established in time"));
  }

  private ChangeSink sink() {
    return new ChangeSink() {
      @Override
      public Executor executor() {
        return channel.lane();
      }

      @Override
      public void change(int[] ids, byte[] data) {
        channel.change(ids, data);
      }

      @Override
      public void system(String status, String message) {
        channel.lane().execute(() -> channel.changesState(status, message));
      }
    };
  }

  private void open() {
    var echo = new String(bindings.echo(), StandardCharsets.UTF_8);
    channel.socket.reply(channel.join, "ok", "{\"postgres_changes\":" + echo + "}");
    bindings = Bindings.NONE;
    stored.forEach(this::sendAgain);
    stored = List.of();
    channel.presence.begin();
    channel.open();
    if (config.asksForReplication()) {
      tellReplication(project.listening());
    }
  }

  /// JSON goes through the channel, with its join_ref; bytes are a binary frame, which V1 lacks.
  private void sendAgain(Stored.Message message) {
    if (!channel.access.reads().broadcast()) {
      return;
    }
    channel.replayed.add(message.id());
    var meta = "{\"replayed\":true,\"id\":\"" + message.id() + "\"}";
    switch (message.body()) {
      case Body.Json(var json) ->
          channel.send(
              "broadcast", channel.join.joinRef(), Broadcast.wrapped(message.event(), json, meta));
      case Body.Bytes bytes ->
          new Broadcast(
                  channel.name, new Broadcast.Content.Binary(message.event(), bytes, meta), null)
              .frame(channel.socket.link.wire())
              .ifPresent(channel.socket.link::send);
    }
  }

  private void tellReplication(CompletionStage<?> ready) {
    var _ =
        ready
            .toCompletableFuture()
            .copy()
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (_, failure) ->
                    channel
                        .lane()
                        .execute(
                            () -> {
                              if (channel.isClosed()) {
                                return;
                              }
                              if (failure == null) {
                                channel.system(
                                    "system", "ok", "Replication connection established");
                              } else {
                                channel.fail("Replication connection was not established in time");
                              }
                            }));
  }
}
