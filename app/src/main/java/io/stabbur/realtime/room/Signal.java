package io.stabbur.realtime.room;

import java.util.List;

/// What one replica tells the others over the bus.
///
/// @param replica who tells
/// @param number counts the signals of the replica, from 1: a missing one is noticed by it
record Signal(String replica, long number, Content content) {

  sealed interface Content {
    /// Something was broadcast; members of the topic get it.
    record Message(Broadcast broadcast) implements Content {}

    /// Presences of the replica changed.
    record Present(TopicName topic, List<Presence> joins, List<Presence> leaves)
        implements Content {}

    /// The whole state of the replica follows: an [All] for each topic, and [StateEnd].
    record StateBegin() implements Content {}

    /// All presences of the replica on one topic.
    record All(TopicName topic, List<Presence> presences) implements Content {}

    /// The replica has presences on no other topics than those it named since [StateBegin].
    record StateEnd() implements Content {}

    /// A replica begins, or has missed something: all tell their state.
    record Hello() implements Content {}

    /// The replica is still there: its lease is extended.
    record Alive() implements Content {}

    /// The replica ends; its presences go now.
    record Bye() implements Content {}
  }
}
