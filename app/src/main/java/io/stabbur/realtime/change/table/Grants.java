package io.stabbur.realtime.change.table;

import java.util.Set;

/// What a role may see of a table.
///
/// @param policies whether row policies decide for this role
/// @param columns the columns it may select; none where it may not use the schema either
/// @param secured whether row-level security is on, for whichever role
public record Grants(boolean policies, Set<String> columns, boolean secured) {
  static final Grants NONE = new Grants(true, Set.of(), true);

  /// Whether the role may select the whole primary key.
  public boolean showsKey(Table table) {
    return table.key().stream().allMatch(i -> columns.contains(table.columns().get(i).name()));
  }
}
