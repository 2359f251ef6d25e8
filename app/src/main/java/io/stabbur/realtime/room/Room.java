package io.stabbur.realtime.room;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.realtime.bus.Bus;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All topics of one project. What is sent here reaches the members on every replica.
public final class Room implements AutoCloseable {
  private static final int REPLICA_NAME = 6;
  private static final int MOST_MISMATCHES = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(Room.class);

  private final String replica = Crypto.randomText(REPLICA_NAME);
  private final ConcurrentHashMap<TopicName, Topic> topics = new ConcurrentHashMap<>();
  private final Set<TopicName> mismatches = ConcurrentHashMap.newKeySet();
  private final LongAdder messages = new LongAdder();
  private final PresenceBoard presences;
  private final Replication replication;

  Room(Bus bus) {
    presences = new PresenceBoard(replica, this::tell);
    replication = new Replication(replica, bus, presences, this::deliver);
    replication.start();
  }

  /// Adds a channel to a topic; from now on it gets what is sent there. On the member's lane.
  public void join(TopicName name, Member member) {
    topics
        .compute(
            name,
            (_, known) -> {
              var topic = known == null ? new Topic() : known;
              topic.members++;
              return topic;
            })
        .add(member);
  }

  /// Removes a channel that joined before. On the member's lane.
  public void leave(TopicName name, Member member) {
    topics.computeIfPresent(
        name,
        (_, topic) -> {
          topic.remove(member);
          return --topic.members == 0 ? null : topic;
        });
  }

  /// Sends a message to the members of its topic on all replicas.
  ///
  /// @param except who does not get it; absent for none
  public void send(Broadcast message, @Nullable Member except) {
    deliver(message, except);
    replication.send(message);
  }

  /// Gives a message to the members in this process: every replica reads it from the database
  /// itself.
  public void deliver(Broadcast message) {
    deliver(message, null);
  }

  private void deliver(Broadcast message, @Nullable Member except) {
    messages.increment();
    var topic = topics.get(message.topic());
    if (topic != null) {
      topic.each(member -> member.broadcast(message), except);
    } else {
      noteMismatch(message.topic());
    }
  }

  /// Who sends to the private topic while everybody is on the public one of its name, or the
  /// reverse, is heard by nobody: said once for each topic.
  private void noteMismatch(TopicName name) {
    if (topics.containsKey(name.other())
        && mismatches.size() < MOST_MISMATCHES
        && mismatches.add(name)) {
      LOG.warn(
          "A message to a {} topic reached nobody; its {} namesake has members (topic begins with"
              + " \"{}\")",
          name.kind(),
          name.other().kind(),
          name.beginning());
    }
  }

  /// Whether anybody in this process is on the topic.
  public boolean isEmpty(TopicName name) {
    return !topics.containsKey(name);
  }

  /// Broadcasts so far, from whatever source.
  public long messages() {
    return messages.sum();
  }

  /// Notes what a client tracks, in the place of what it tracked before; the same again changes
  /// nothing. Members are told within a moment.
  public Presence track(
      TopicName topic, String key, JsonNode tracked, @Nullable Presence previous) {
    return presences.track(topic, key, tracked, previous);
  }

  public void untrack(TopicName topic, Presence entry) {
    presences.untrack(topic, entry);
  }

  /// Who is present on a topic, on all replicas.
  public PresenceState present(TopicName topic) {
    return presences.state(topic);
  }

  private void tell(TopicName name, PresenceDiff diff, Presences.Changes own) {
    var topic = topics.get(name);
    if (topic != null) {
      topic.each(member -> member.presence(diff), null);
    }
    replication.presence(name, own);
  }

  /// The topics that have members here.
  public List<TopicName> topics() {
    return List.copyOf(topics.keySet());
  }

  @Override
  public void close() {
    replication.close();
  }
}
