package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Relation;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.Tables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// The channels of one project and where the changes of each table go. Channels come and go on any
/// thread; routes belong to the distributing thread and are made anew when channels have changed.
final class Routes {
  private final Tables tables;
  private final LongConsumer redefined;
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private final AtomicLong version = new AtomicLong();
  private final Map<Long, Described> described = new HashMap<>();

  /// Tables that nobody listened to at a version of the channels.
  private final Map<Relation, Long> nowhere = new ConcurrentHashMap<>();

  /// @param redefined told the number of each table that was described anew
  Routes(Tables tables, LongConsumer redefined) {
    this.tables = tables;
    this.redefined = redefined;
  }

  /// A table as it was described last, with what the catalog said then.
  private static final class Described {
    private final Relation relation;
    private final List<Table> tables;
    private Route route = Route.NOWHERE;
    private long version = -1;

    private Described(Relation relation, List<Table> tables) {
      this.relation = relation;
      this.tables = tables;
    }
  }

  void add(Channel channel) {
    channels.add(channel);
    changed();
  }

  void remove(Channel channel) {
    channels.remove(channel);
    changed();
  }

  /// The bindings of a channel have changed.
  void changed() {
    version.incrementAndGet();
  }

  boolean isEmpty() {
    return channels.isEmpty();
  }

  Set<Channel> channels() {
    return channels;
  }

  /// Tells every channel the state of its bindings.
  void announce(String status, String message) {
    channels.forEach(channel -> channel.tell(status, message));
  }

  /// Whether anybody may listen to a table. Asked by the reading thread for each change.
  boolean mayWant(Relation relation) {
    if (channels.isEmpty()) {
      return false;
    }
    var nowhereAt = nowhere.get(relation);
    return nowhereAt == null || nowhereAt != version.get();
  }

  /// Where the changes of a table go at this moment.
  Route of(Relation relation) {
    if (channels.isEmpty()) {
      return Route.NOWHERE;
    }
    var known = described.get(relation.oid());
    if (known == null || !known.relation.equals(relation)) {
      if (known != null) {
        nowhere.remove(known.relation);
      }
      known = new Described(relation, read(relation));
      described.put(relation.oid(), known);
    }
    long now = version.get();
    if (known.version != now) {
      known.route = Route.of(relation, known.tables, channels);
      known.version = now;
      if (known.route.targets().isEmpty()) {
        nowhere.put(relation, now);
      }
    }
    return known.route;
  }

  /// The table and those it is a part of.
  private List<Table> read(Relation relation) {
    var found = new ArrayList<Table>();
    tables
        .read(relation.oid())
        .ifPresent(
            table -> {
              found.add(table);
              table.ancestors().forEach(oid -> tables.read(oid).ifPresent(found::add));
            });
    found.forEach(table -> redefined.accept(table.oid()));
    return found;
  }
}
