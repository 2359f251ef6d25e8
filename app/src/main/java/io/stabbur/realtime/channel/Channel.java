package io.stabbur.realtime.channel;

import io.stabbur.identity.Caller;
import io.stabbur.realtime.change.BroadcastSink;
import io.stabbur.realtime.change.ChangeFeed;
import io.stabbur.realtime.room.Broadcast;
import io.stabbur.realtime.room.Envelope;
import io.stabbur.realtime.room.Frame;
import io.stabbur.realtime.room.Lane;
import io.stabbur.realtime.room.Member;
import io.stabbur.realtime.room.PresenceDiff;
import io.stabbur.realtime.room.TopicName;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One channel of one socket, from its join to its end. What its client sends is done in order:
/// while the database is asked something, later messages wait. All is called on the socket's lane.
final class Channel implements Member {
  private static final int MOST_HELD = 1_000;
  private static final long MOST_HELD_BYTES = 4 << 20;
  private static final int MOST_WAITING = 256;
  private static final long MOST_WAITING_BYTES = 1 << 20;

  final Channels socket;
  final Push join;
  final JoinConfig config;
  private final List<String> changes;
  private final ChannelJoin joining;
  final TopicName name;
  final ChannelAccess access;
  final ChannelPresence presence;
  final ChannelCount count = new ChannelCount();
  final int number;
  private final Instant joined = Instant.now();
  private final ChannelBroadcast broadcasts;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final List<Runnable> held = new ArrayList<>();
  final Set<UUID> replayed = new HashSet<>();
  private @Nullable Changes frames;
  private long waitingBytes;
  private long heldBytes;
  private boolean isOverfull;

  /// A look at the token that could not take place yet.
  private @Nullable Check missedCheck;

  private boolean isBusy;
  private boolean isPaused;
  private State state = State.JOINING;
  private ChangeFeed.@Nullable Subscription subscription;

  /// Whose token came before the subscription was made.
  private @Nullable Caller reauthorized;

  /// How far it is.
  private enum State {
    /// Its token and rights are being looked at.
    JOINING,
    /// It is on its topic; what comes is held until the reply to the join was sent.
    OPENING,
    OPEN,
    CLOSED
  }

  private record Waiting(Runnable work, int size) {}

  /// @param number tells the channels of its socket apart
  Channel(Channels socket, int number, Push join, JoinConfig config) {
    this.socket = socket;
    this.number = number;
    this.join = join;
    this.config = config.settled();
    this.name =
        new TopicName(
            join.topic().substring(TopicName.PREFIX.length()),
            config.isPrivate() ? BroadcastSink.Room.PRIVATE : BroadcastSink.Room.PUBLIC);
    this.access = new ChannelAccess(this);
    this.presence = new ChannelPresence(this);
    this.broadcasts = new ChannelBroadcast(this);
    this.joining = new ChannelJoin(this, config.changes());
    this.changes = joining.shown();
  }

  String topic() {
    return join.topic();
  }

  ProjectChannels project() {
    return socket.project;
  }

  private ChannelTraffic traffic() {
    return project().channelTraffic();
  }

  /// What operators see of it.
  ChannelView view() {
    var caller = access.caller();
    return new ChannelView(
        number,
        ChannelView.topic(name.name()),
        name.room().name().toLowerCase(Locale.ROOT),
        changes,
        caller.role(),
        caller.claims().text("organization_id").orElse(null),
        joined,
        count.in(),
        count.out(),
        ChannelView.error(count.lastError));
  }

  @Override
  public Lane lane() {
    return socket.link.lane();
  }

  void join() {
    joining.begin();
  }

  /// What the client sent to this topic, once it is its turn.
  void push(Push push) {
    if (!isBusy && waiting.isEmpty()) {
      handle(push);
      return;
    }
    int size = push.payload().size() + push.event().length();
    waiting.add(new Waiting(() -> handle(push), size));
    waitingBytes += size;
    if (waiting.size() > MOST_WAITING || waitingBytes > MOST_WAITING_BYTES) {
      isPaused = true;
      socket.link.pause();
    }
  }

  private void handle(Push push) {
    if (state == State.CLOSED) {
      return;
    }
    count.received();
    traffic().received(name.room(), push.payload().size());
    switch (push.event()) {
      case "phx_leave" -> {
        socket.reply(push, "ok", "{}");
        close();
      }
      case "access_token" -> access.change(push);
      case "broadcast" -> broadcasts.push(push);
      case "presence" -> presence.push(push);
      default -> {
        // as the original: an event that a channel does not know is ignored
      }
    }
  }

  /// Waits for an answer without a thread; what the client sends meanwhile waits too. Nothing is
  /// done with the answer once the channel is closed.
  <T> void await(CompletionStage<T> stage, Consumer<T> then, Consumer<Throwable> failed) {
    isBusy = true;
    var _ =
        stage.whenComplete(
            (value, failure) ->
                lane()
                    .execute(
                        () -> {
                          isBusy = false;
                          if (state != State.CLOSED) {
                            if (failure == null) {
                              then.accept(value);
                            } else {
                              failed.accept(cause(failure));
                            }
                          }
                          goOn();
                        }));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private void goOn() {
    checkMissed();
    while (!isBusy && !waiting.isEmpty()) {
      var next = waiting.poll();
      waitingBytes -= next.size;
      next.work.run();
      checkMissed();
    }
    if (isPaused && waiting.isEmpty()) {
      isPaused = false;
      socket.link.resume();
    }
  }

  /// The channel is on its topic from now on; what is sent there is held until [#open].
  void enter() {
    state = State.OPENING;
    project().room.join(name, this);
  }

  void subscribed(ChangeFeed.Subscription made) {
    if (state == State.CLOSED) {
      made.close();
      return;
    }
    subscription = made;
    if (reauthorized != null) {
      made.reauthorize(reauthorized);
      reauthorized = null;
    }
  }

  /// The join was answered: what was held follows.
  void open() {
    state = State.OPEN;
    traffic().opened(name.room());
    List.copyOf(held).forEach(Runnable::run);
    release();
    if (isOverfull && state == State.OPEN) {
      system(
          !changes.isEmpty() ? "postgres_changes" : "system",
          "error",
          "More messages came than could wait for the reply to the join, and some were lost");
    }
  }

  private void release() {
    held.clear();
    socket.heldBytes -= heldBytes;
    heldBytes = 0;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  /// Now if the channel is open, else once it is.
  ///
  /// @param size about how many bytes wait with it
  private void whenOpen(int size, Runnable work) {
    switch (state) {
      case OPEN -> work.run();
      case JOINING, OPENING -> {
        if (held.size() < MOST_HELD
            && heldBytes + size <= MOST_HELD_BYTES
            && socket.heldBytes + size <= project().settings.maxBacklog()) {
          held.add(work);
          heldBytes += size;
          socket.heldBytes += size;
        } else {
          isOverfull = true;
        }
      }
      case CLOSED -> {}
    }
  }

  @Override
  public void broadcast(Broadcast message) {
    if (state != State.OPEN) {
      whenOpen(message.size(), () -> broadcast(message));
    } else if (access.reads().broadcast()
        && (message.id() == null || !replayed.contains(message.id()))) {
      message.frame(socket.link.wire()).ifPresent(this::send);
    }
  }

  @Override
  public void presence(PresenceDiff diff) {
    if (state != State.OPEN) {
      whenOpen(diff.size(), () -> presence(diff));
    } else if (presence.wants(diff)) {
      send(diff.frame(socket.link.wire()));
    }
  }

  /// A change of rows that the caller may see.
  void change(int[] ids, byte[] data) {
    whenOpen(data.length, () -> send(frames().frame(ids, data)));
  }

  private Changes frames() {
    if (frames == null) {
      frames = new Changes(socket.link.wire(), topic());
    }
    return frames;
  }

  /// The state of the bindings; never before the reply to the join.
  void changesState(String status, String message) {
    whenOpen(message.length(), () -> system("postgres_changes", status, message));
  }

  private void send(Frame frame) {
    count.sent();
    traffic().sent(name.room(), frame.size());
    project().delivered();
    socket.link.send(frame);
  }

  void send(String event, @Nullable String joinRef, byte[] payload) {
    send(Envelope.of(socket.link.wire(), joinRef, null, topic(), event, payload));
  }

  /// Tells the client something about the channel or one of its parts.
  void system(String extension, String status, String message) {
    if (status.equals("error")) {
      count.lastError = message;
      traffic().failed();
    }
    var payload =
        "{\"extension\":\"%s\",\"status\":\"%s\",\"message\":%s,\"channel\":%s}"
            .formatted(extension, status, Envelope.quote(message), Envelope.quote(name.name()));
    send("system", join.joinRef(), Envelope.utf8(payload));
  }

  /// The token or the rights of the channel have changed.
  void reauthorized(Caller caller) {
    if (subscription != null) {
      subscription.reauthorize(caller);
    } else {
      reauthorized = caller;
    }
  }

  /// A sweep looks at the channel's token: now, or as soon as it is open and waits for nothing.
  void check(Check check) {
    missedCheck = check.with(missedCheck);
    checkMissed();
  }

  private void checkMissed() {
    var check = missedCheck;
    if (check != null && state == State.OPEN && !isBusy) {
      missedCheck = null;
      access.check(check);
    }
  }

  /// How many bindings it has.
  int bindings() {
    return changes.size();
  }

  /// Refuses the join, after a while.
  void refuse(ChannelError error) {
    end();
    socket.refuseLater(join, error);
  }

  /// Tells why, and closes.
  void fail(String message) {
    if (state != State.CLOSED) {
      system("system", "error", message);
      close();
    }
  }

  /// Ends the channel in order: its client gets `phx_close`.
  void close() {
    if (state == State.CLOSED) {
      return;
    }
    socket.link.send(
        Envelope.of(
            socket.link.wire(),
            join.joinRef(),
            join.joinRef(),
            topic(),
            "phx_close",
            Envelope.utf8("{}")));
    end();
  }

  /// Ends the channel without a word: its socket is gone, or it never joined.
  void end() {
    if (state == State.CLOSED) {
      return;
    }
    if (state == State.OPEN) {
      traffic().closed(name.room());
    }
    boolean wasOnTopic = state != State.JOINING;
    state = State.CLOSED;
    release();
    waiting.clear();
    waitingBytes = 0;
    goOn();
    if (subscription != null) {
      subscription.close();
    }
    presence.end();
    if (wasOnTopic) {
      project().room.leave(name, this);
      project().ignore();
    }
    socket.remove(this);
  }
}
