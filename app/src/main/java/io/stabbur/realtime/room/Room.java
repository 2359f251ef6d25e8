package io.stabbur.realtime.room;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.realtime.bus.Bus;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// All topics of one project. What is sent here reaches the members on every replica.
public final class Room implements AutoCloseable {
  private static final int REPLICA_NAME = 6;

  private final String replica = Crypto.randomText(REPLICA_NAME);
  private final ConcurrentHashMap<TopicName, Topic> topics = new ConcurrentHashMap<>();
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
