package io.stabbur.data.catalog;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A table, view, materialized view or foreign table.
///
/// @param key the columns of its primary key; a view has those of the table behind it
/// @param columns in their order
public record Relation(
    Name name,
    Kind kind,
    @Nullable String comment,
    Set<Change> changes,
    List<String> key,
    Map<String, Column> columns) {

  public enum Kind {
    TABLE,
    VIEW
  }

  /// What its definition allows; privileges are another matter.
  public enum Change {
    INSERT,
    UPDATE,
    DELETE
  }

  public boolean allows(Change change) {
    return changes.contains(change);
  }

  Relation withKey(List<String> columns) {
    return new Relation(name, kind, comment, changes, columns, this.columns);
  }
}
