package io.stabbur.realtime.room;

import io.micronaut.json.tree.JsonNode;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who is present on the topics of a project. Several changes of a topic within a moment are told
/// as one diff: where a thousand join at once, each would else get a thousand.
final class PresenceBoard {
  private static final long GATHER_MILLIS = 25;

  private final String replica;
  private final Teller teller;
  private final ConcurrentHashMap<TopicName, Presences> topics = new ConcurrentHashMap<>();

  /// Topics on which this process may have presences. A topic that is being added to the map is in
  /// no iteration over it yet, and would be missing in a state that follows its first change.
  private final Set<TopicName> own = ConcurrentHashMap.newKeySet();

  private final AtomicLong refs = new AtomicLong();

  /// Of diffs, over all topics: a topic that is forgotten and comes back must not begin anew.
  private final AtomicLong numbers = new AtomicLong();

  /// Who is told of changes. Called under the lock of the topic, so in order; must not block.
  interface Teller {
    void changed(TopicName topic, PresenceDiff diff, Presences.Changes own);
  }

  PresenceBoard(String replica, Teller teller) {
    this.replica = replica;
    this.teller = teller;
  }

  /// Notes what a client tracks. The same again changes nothing.
  Presence track(TopicName topic, String key, JsonNode tracked, @Nullable Presence previous) {
    var ref = replica + Long.toString(refs.incrementAndGet(), Character.MAX_RADIX);
    var entry = Presence.of(replica, ref, key, tracked, previous);
    if (previous != null && previous.tracked().equals(entry.tracked())) {
      return previous;
    }
    change(
        topic,
        presences -> {
          own.add(topic);
          if (previous != null) {
            presences.leave(previous);
          }
          presences.join(entry);
        });
    return entry;
  }

  void untrack(TopicName topic, Presence entry) {
    change(topic, presences -> presences.leave(entry));
  }

  /// The state of a topic. Diffs with higher numbers follow it.
  PresenceState state(TopicName topic) {
    return with(
        topic,
        presences -> {
          tell(topic, presences);
          return new PresenceState(numbers.get(), presences.json());
        });
  }

  /// What another replica tells of its presences.
  void apply(TopicName topic, List<Presence> joins, List<Presence> leaves) {
    change(
        topic,
        presences -> {
          leaves.forEach(presences::leave);
          joins.forEach(presences::join);
        });
  }

  /// The presences of another replica on one topic are these, and no others.
  void replace(TopicName topic, String other, List<Presence> entries) {
    change(
        topic,
        presences -> {
          var refs = entries.stream().map(Presence::ref).toList();
          presences.of(other).stream()
              .filter(each -> !refs.contains(each.ref()))
              .forEach(presences::leave);
          entries.forEach(presences::join);
        });
  }

  /// The topics on which a replica has presences.
  List<TopicName> topicsOf(String other) {
    return topics.keySet().stream().filter(topic -> !of(topic, other).isEmpty()).toList();
  }

  /// The presences of this process, topic by topic, each under its lock: nothing of the topic is
  /// told meanwhile.
  void eachOwn(BiConsumer<TopicName, List<Presence>> action) {
    for (var topic : own) {
      with(
          topic,
          presences -> {
            var all = presences.of(replica);
            if (!all.isEmpty()) {
              action.accept(topic, all);
            }
            return presences;
          });
    }
  }

  private List<Presence> of(TopicName topic, String other) {
    return with(topic, presences -> presences.of(other));
  }

  private void change(TopicName topic, Consumer<Presences> work) {
    with(
        topic,
        presences -> {
          work.accept(presences);
          if (!presences.isGathering) {
            tell(topic, presences);
            gather(topic, presences);
          }
          return presences;
        });
  }

  private void gather(TopicName topic, Presences presences) {
    presences.isGathering = true;
    var _ =
        GlobalEventExecutor.INSTANCE.schedule(
            () -> with(topic, now -> gathered(topic, now)), GATHER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Presences gathered(TopicName topic, Presences presences) {
    presences.isGathering = false;
    if (tell(topic, presences)) {
      gather(topic, presences);
    }
    return presences;
  }

  private boolean tell(TopicName topic, Presences presences) {
    var changes = presences.take();
    if (changes.isEmpty()) {
      return false;
    }
    var diff = new PresenceDiff(topic, numbers.incrementAndGet(), changes.json());
    teller.changed(topic, diff, changes.of(replica));
    return true;
  }

  /// Works on the presences of a topic under their lock: the map's, for this topic. They are
  /// forgotten once nobody is present and nothing is being gathered.
  private <T> T with(TopicName topic, Function<Presences, T> work) {
    var result = new AtomicReference<T>();
    topics.compute(
        topic,
        (_, known) -> {
          var presences = known == null ? new Presences() : known;
          result.set(work.apply(presences));
          if (!presences.isEmpty() || presences.isGathering) {
            return presences;
          }
          own.remove(topic);
          return null;
        });
    return result.get();
  }
}
