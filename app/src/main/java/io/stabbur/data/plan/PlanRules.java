package io.stabbur.data.plan;

import org.jspecify.annotations.Nullable;

/// What the settings allow a plan to do.
///
/// @param maxRows most rows of each level of a read
public record PlanRules(
    @Nullable Integer maxRows,
    Permission aggregates,
    Permission explain,
    TargetNames targetNames,
    Permission unfilteredWrites) {

  public enum Permission {
    GRANTED,
    REFUSED
  }

  /// Whether an aliased embed may still be addressed by its relation's name.
  public enum TargetNames {
    ALIAS_OR_RELATION,
    ALIAS
  }
}
