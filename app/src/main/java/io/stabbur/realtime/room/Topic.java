package io.stabbur.realtime.room;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The members of one topic in this process, grouped by the event loop of their sockets: a message
/// costs one task for each loop, and what one sender sends arrives everywhere in its order.
final class Topic {
  private volatile Group[] groups = {};

  /// Counted by [Room] under the lock of its map.
  int members;

  /// The members of one lane; only its thread looks at them.
  private record Group(Lane lane, Set<Member> members) {
    @SuppressWarnings("ReferenceEquality") // the one member itself
    void each(Consumer<Member> action, @Nullable Member except) {
      for (var member : members) {
        if (member != except) {
          action.accept(member);
        }
      }
    }
  }

  /// On the member's lane.
  void add(Member member) {
    group(member.lane()).members.add(member);
  }

  /// On the member's lane.
  void remove(Member member) {
    group(member.lane()).members.remove(member);
  }

  /// Gives the message to every member but one.
  void each(Consumer<Member> action, @Nullable Member except) {
    for (var group : groups) {
      group.lane.run(() -> group.each(action, except));
    }
  }

  private Group group(Lane lane) {
    for (var group : groups) {
      if (group.lane == lane) {
        return group;
      }
    }
    return addGroup(lane);
  }

  private synchronized Group addGroup(Lane lane) {
    // only the lane's own thread asks for its group, so it is not there yet
    var added = new Group(lane, new LinkedHashSet<>());
    var more = Arrays.copyOf(groups, groups.length + 1);
    more[groups.length] = added;
    groups = more;
    return added;
  }
}
