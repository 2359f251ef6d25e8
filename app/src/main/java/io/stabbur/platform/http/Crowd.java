package io.stabbur.platform.http;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// The connections of one address, or all of them, the oldest first. Not thread-safe.
final class Crowd {
  /// Connections that are looked at to find one that is idle.
  private static final int LOOKED_AT = 64;

  private final SequencedSet<Connection> all = new LinkedHashSet<>();

  /// Those that have not sent a whole request yet.
  private final SequencedSet<Connection> unproven = new LinkedHashSet<>();

  int size() {
    return all.size();
  }

  int unproven() {
    return unproven.size();
  }

  void add(Connection connection) {
    all.addLast(connection);
    unproven.addLast(connection);
  }

  void remove(Connection connection) {
    all.remove(connection);
    unproven.remove(connection);
  }

  void proven(Connection connection) {
    unproven.remove(connection);
  }

  /// The connection to close in favour of a new one: the oldest that has not sent a request, or one
  /// that waits for its next request; null when all that were looked at are busy.
  @Nullable Connection replaceable() {
    if (!unproven.isEmpty()) {
      return unproven.getFirst();
    }
    for (int left = Math.min(LOOKED_AT, all.size()); left > 0; left--) {
      var oldest = all.getFirst();
      if (oldest.isIdle()) {
        return oldest;
      }
      all.addLast(oldest);
    }
    return null;
  }
}
