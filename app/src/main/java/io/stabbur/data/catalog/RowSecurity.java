package io.stabbur.data.catalog;

import java.util.Set;

/// Where row security hides rows.
///
/// @param relations tables with row security and views that read one, in all schemas
/// @param exempt roles that see every row: superusers and those with `bypassrls`
public record RowSecurity(Set<Name> relations, Set<String> exempt) {

  /// Whether what the role sees of the relation depends on policies.
  public boolean appliesTo(String role, Name relation) {
    return relations.contains(relation) && !exempt.contains(role);
  }

  /// Whether what the role sees of any relation depends on policies.
  public boolean appliesTo(String role) {
    return !relations.isEmpty() && !exempt.contains(role);
  }
}
