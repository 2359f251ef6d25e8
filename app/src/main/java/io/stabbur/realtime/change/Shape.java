package io.stabbur.realtime.change;

import java.util.Set;

/// What of a change a group of subscribers gets.
sealed interface Shape {
  /// The change with these columns.
  ///
  /// @param select what subscribers asked for; empty for all
  /// @param secured whether the old row is cut to its key, as deleted rows are judged by nobody
  record Columns(Set<String> visible, Set<String> select, boolean secured) implements Shape {
    /// Looked up for each receiver: what is visible has many columns, and is the same for most.
    @Override
    public int hashCode() {
      return 31 * visible.size() + select.hashCode();
    }
  }

  /// The fact that something changed, and why no more is said.
  record Failed(String error) implements Shape {}

  Failed NO_KEY = new Failed("Error 400: Bad Request, no primary key");
  Failed NO_RIGHT = new Failed("Error 401: Unauthorized");
}
