package io.stabbur.realtime.room;

import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.stabbur.realtime.bus.Bus;
import io.stabbur.realtime.room.Signal.Content;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the topics of several processes one. Each replica tells its broadcasts and the changes of
/// its presences, numbered; who misses a number asks for the whole state. A replica that was not
/// heard for [#LEASE] is taken for dead, and its presences leave.
final class Replication implements Bus.Receiver, AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(6);
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /// Broadcasts are sent this long after another replica was heard: far beyond its lease, because
  /// one that stands still for a while is still there.
  private static final Duration COMPANY = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Replication.class);

  private final String self;
  private final Bus bus;
  private final PresenceBoard presences;
  private final Consumer<Broadcast> deliver;
  private final Map<String, Other> others = new HashMap<>();
  private final Object telling = new Object();
  private @Nullable ScheduledFuture<?> heartbeat;

  /// When another replica was heard last; 0 for never.
  private volatile long company;

  /// The number of the last signal sent; the lock also keeps signals in the order of numbers.
  private long number;

  /// Another replica.
  private static final class Other {
    private long heard = System.nanoTime();
    private long number;

    /// Topics it named since its whole state began.
    private final Set<TopicName> named = new HashSet<>();
  }

  Replication(String self, Bus bus, PresenceBoard presences, Consumer<Broadcast> deliver) {
    this.self = self;
    this.bus = bus;
    this.presences = presences;
    this.deliver = deliver;
  }

  /// Begins to receive, and asks the others for their state.
  void start() {
    bus.receive(this);
    if (bus.reachesOthers()) {
      long period = HEARTBEAT.toMillis();
      heartbeat =
          GlobalEventExecutor.INSTANCE.scheduleAtFixedRate(
              this::beat, period, period, TimeUnit.MILLISECONDS);
      publish(new Content.Hello());
    }
  }

  void send(Broadcast message) {
    if (bus.reachesOthers() && !isAlone()) {
      publish(new Content.Message(message));
    }
  }

  void presence(TopicName topic, Presences.Changes own) {
    if (bus.reachesOthers() && !isAlone() && !own.isEmpty()) {
      publish(new Content.Present(topic, own.joins(), own.leaves()));
    }
  }

  /// Whether nobody would receive a message. A replica that begins says so first, and gets the
  /// presences then.
  private boolean isAlone() {
    return company == 0 || System.nanoTime() - company > COMPANY.toNanos();
  }

  private synchronized void publish(Content content) {
    number++;
    bus.publish(SignalCodec.write(new Signal(self, number, content)));
  }

  @Override
  public void message(byte[] message) {
    try {
      var signal = SignalCodec.read(message);
      if (!signal.replica().equals(self)) {
        hear(signal);
      }
    } catch (IOException | RuntimeException e) {
      // whatever it was, the next message must be heard
      LOG.error("A message of another replica cannot be used", e);
    }
  }

  /// What was missed is asked for, and what others missed is told.
  @Override
  public void interrupted() {
    publish(new Content.Hello());
    tellState();
  }

  private void hear(Signal signal) {
    boolean wasAlone = isAlone();
    company = System.nanoTime();
    if (wasAlone) {
      // nothing was told meanwhile
      tellState();
    }
    if (isMissing(signal)) {
      publish(new Content.Hello());
    }
    switch (signal.content()) {
      case Content.Message(var broadcast) -> deliver.accept(broadcast);
      case Content.Present(var topic, var joins, var leaves) ->
          presences.apply(topic, joins, leaves);
      case Content.All(var topic, var all) -> presences.replace(topic, signal.replica(), all);
      case Content.StateBegin() -> {}
      case Content.StateEnd() -> end(signal.replica());
      case Content.Hello() -> tellState();
      case Content.Alive() -> {}
      case Content.Bye() -> forget(signal.replica());
    }
  }

  /// Notes the sign of life. Of a replica that begins, or tells its state, nothing is missing.
  private boolean isMissing(Signal signal) {
    synchronized (others) {
      var other = others.computeIfAbsent(signal.replica(), _ -> new Other());
      boolean missing = signal.number() != other.number + 1;
      other.heard = System.nanoTime();
      other.number = signal.number();
      return switch (signal.content()) {
        case Content.StateBegin() -> {
          other.named.clear();
          yield false;
        }
        case Content.Hello() -> false;
        case Content.Present(var topic, var _, var _) -> named(other, topic, missing);
        case Content.All(var topic, var _) -> named(other, topic, missing);
        case Content.Message _, Content.StateEnd _, Content.Alive _, Content.Bye _ -> missing;
      };
    }
  }

  private static boolean named(Other other, TopicName topic, boolean missing) {
    other.named.add(topic);
    return missing;
  }

  /// Each topic's under its lock: a change cannot be told before a state that lacks it.
  private void tellState() {
    // one state at a time: the end of one would end what the next has not named yet
    synchronized (telling) {
      publish(new Content.StateBegin());
      presences.eachOwn((topic, all) -> publish(new Content.All(topic, all)));
      publish(new Content.StateEnd());
    }
  }

  private void end(String replica) {
    Set<TopicName> named;
    synchronized (others) {
      var other = others.get(replica);
      named = other == null ? Set.of() : Set.copyOf(other.named);
    }
    presences.topicsOf(replica).stream()
        .filter(topic -> !named.contains(topic))
        .forEach(topic -> presences.replace(topic, replica, List.of()));
  }

  private void forget(String replica) {
    synchronized (others) {
      others.remove(replica);
    }
    end(replica);
  }

  private void beat() {
    publish(new Content.Alive());
    List<String> dead;
    synchronized (others) {
      long now = System.nanoTime();
      dead =
          others.entrySet().stream()
              .filter(each -> now - each.getValue().heard > LEASE.toNanos())
              .map(Map.Entry::getKey)
              .toList();
    }
    dead.forEach(this::bury);
  }

  private void bury(String replica) {
    LOG.warn("Replica {} was not heard for {} s; its presences end", replica, LEASE.toSeconds());
    forget(replica);
  }

  @Override
  public void close() {
    if (heartbeat != null) {
      heartbeat.cancel(false);
      publish(new Content.Bye());
    }
    bus.close();
  }
}
