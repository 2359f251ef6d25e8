package io.stabbur.platform.db;

import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// A statement that one actor asks, for [Database#readEach].
///
/// @param reader reads the answer
public record Ask<T>(Actor actor, Statement statement, RowReader<T> reader) {
  /// How many travel together. Few sizes, so that few texts are prepared: each text keeps a plan
  /// for every statement in it.
  private static final int[] SIZES = {16, 4, 1};

  /// Portions in the order of the asks.
  static <T> List<List<Ask<T>>> chunks(List<Ask<T>> asks) {
    var chunks = new ArrayList<List<Ask<T>>>();
    int from = 0;
    while (from < asks.size()) {
      int same = sameText(asks, from);
      for (int size : SIZES) {
        while (same >= size) {
          chunks.add(asks.subList(from, from + size));
          from += size;
          same -= size;
        }
      }
    }
    return chunks;
  }

  /// How many asks from a place on have the same text.
  private static <T> int sameText(List<Ask<T>> asks, int from) {
    int to = from + 1;
    while (to < asks.size() && asks.get(to).isLike(asks.get(from))) {
      to++;
    }
    return to - from;
  }

  private boolean isLike(Ask<T> other) {
    var check = actor.check();
    var otherCheck = other.actor.check();
    return statement.sql().equals(other.statement.sql())
        && actor.role().equals(other.actor.role())
        && actor.settings().size() == other.actor.settings().size()
        && (check == null
            ? otherCheck == null
            : otherCheck != null && check.sql().equals(otherCheck.sql()));
  }
}
