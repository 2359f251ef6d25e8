package io.stabbur.realtime.channel;

import io.netty.util.concurrent.GlobalEventExecutor;
import io.stabbur.identity.Caller;
import io.stabbur.project.Project;
import io.stabbur.realtime.RealtimeSettings;
import io.stabbur.realtime.change.BroadcastSink;
import io.stabbur.realtime.change.ChangeFeed;
import io.stabbur.realtime.room.Broadcast;
import io.stabbur.realtime.room.Room;
import io.stabbur.realtime.room.TopicName;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What the channels of one project share: its room, its feed of changes, what is asked of its
/// database, and the counters of its limits.
public final class ProjectChannels implements AutoCloseable {
  private static final int LINGER_SECONDS = 30;

  /// What the original allows beside the payload.
  static final int ENVELOPE = 500;

  private final Set<Channels> sockets = ConcurrentHashMap.newKeySet();
  private final ChannelTraffic channelTraffic = new ChannelTraffic();
  private final Project project;
  private ChangeFeed.@Nullable Messages messages;
  private int listeners;
  private boolean isClosed;

  final RealtimeSettings settings;
  final Room room;
  final ChannelTokens tokens;
  final Questions questions;
  final Optional<ChangeFeed> feed;
  final RateMeter joins = new RateMeter();
  final RateMeter traffic = new RateMeter();
  final RateMeter presence = new RateMeter();

  /// Bytes that all clients of this process track as their presences.
  final AtomicLong presenceBytes = new AtomicLong();

  ProjectChannels(
      Project project,
      RealtimeSettings settings,
      Room room,
      ChannelTokens tokens,
      Optional<ChangeFeed> feed) {
    this.project = project;
    this.settings = settings;
    this.room = room;
    this.tokens = tokens;
    this.feed = feed;
    this.questions =
        new Questions(project.name(), settings.authorizationsAtOnce(), settings.errorDelay());
  }

  public Project project() {
    return project;
  }

  public ChannelTraffic channelTraffic() {
    return channelTraffic;
  }

  /// The open socket with this id.
  public Optional<Channels> find(String id) {
    return sockets.stream().filter(each -> each.id().equals(id)).findAny();
  }

  /// The sockets that are open now.
  public Set<Channels> sockets() {
    return sockets;
  }

  /// Whether one more socket may be opened.
  public boolean isFull() {
    return settings.maxConnections() > 0 && sockets.size() >= settings.maxConnections();
  }

  /// Whether more joined than may; connections are refused meanwhile.
  public boolean joinsTooFast() {
    return joins.exceeds(settings.maxJoins());
  }

  /// Whether a caller may send to a topic by other ways than a channel: to a public one anybody
  /// may. Blocks.
  public boolean mayBroadcast(Caller caller, TopicName topic) {
    if (topic.room() == BroadcastSink.Room.PUBLIC) {
      return true;
    }
    try {
      return questions
          .ask(caller.share(), () -> Authorizations.write(caller, topic, Extension.BROADCAST))
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
  }

  /// Counts a message of a client.
  ///
  /// @return whether the project may send one more
  public boolean admit() {
    traffic.add(1);
    return !traffic.exceeds(settings.maxMessages());
  }

  /// Whether a payload of so many bytes is small enough.
  public boolean fits(int bytes) {
    return bytes <= settings.maxPayload() + ENVELOPE;
  }

  /// Sends a message of no channel to the members of its topic on all replicas.
  public void send(Broadcast message) {
    room.send(message, null);
  }

  /// A channel begins to listen to messages of the database. The first one opens their stream; it
  /// is done when the stream carries them, and fails where the database has none.
  synchronized CompletionStage<?> listen() {
    listeners++;
    if (messages == null && feed.isPresent() && !isClosed) {
      messages = feed.get().listen(new DatabaseMessages(room));
    }
    return listening();
  }

  /// The stream of messages that channels listen to; see [#listen].
  synchronized CompletionStage<?> listening() {
    return messages == null
        ? CompletableFuture.failedFuture(new IllegalStateException("no stream of messages"))
        : messages.ready();
  }

  /// Something was sent to a client.
  void delivered() {
    if (settings.maxMessages() > 0) {
      traffic.add(1);
    }
  }

  /// A channel that listened no longer does.
  synchronized void ignore() {
    listeners--;
    if (listeners == 0) {
      var _ =
          GlobalEventExecutor.INSTANCE.schedule(this::endUnheard, LINGER_SECONDS, TimeUnit.SECONDS);
    }
  }

  /// Whoever reloads a page is back in a moment; the stream is kept until then.
  private synchronized void endUnheard() {
    if (listeners == 0 && messages != null) {
      messages.close();
      messages = null;
    }
  }

  /// Ends every socket with code 1012, "service restart": clients connect again.
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      listeners = 0;
      endUnheard();
    }
    sockets.forEach(Channels::restart);
  }
}
