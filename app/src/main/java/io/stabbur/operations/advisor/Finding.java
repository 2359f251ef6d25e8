package io.stabbur.operations.advisor;

import java.util.Optional;

/// One thing that is wrong.
///
/// @param level as the lint's, unless this case of it is worse
/// @param entity the table, function or other object in the schema
/// @param kind of the entity, such as `table`
/// @param key tells the finding apart from all others, also in the next run
/// @param mend SQL that ends it
/// @param accepted why it may stay
public record Finding(
    Lint lint,
    Level level,
    String schema,
    String entity,
    String kind,
    String detail,
    String key,
    String mend,
    Optional<Acceptance> accepted) {

  /// Why a finding may stay.
  ///
  /// @param until the last day, as Postgres writes it; absent for good
  public record Acceptance(String because, Optional<String> until) {}

  static Finding of(Lint lint, Policy policy, String detail, String key, String mend) {
    return new Finding(
        lint,
        lint.level(),
        policy.schema(),
        policy.table(),
        "table",
        detail,
        key,
        mend,
        Optional.empty());
  }

  Finding accepted(Optional<Acceptance> acceptance) {
    return new Finding(lint, level, schema, entity, kind, detail, key, mend, acceptance);
  }

  /// Whether somebody should do something.
  public boolean isOpen() {
    return accepted.isEmpty();
  }
}
