package io.stabbur.project;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Actor;

/// What a room sets in the database sessions of callers, such as keys for the functions of a
/// schema. A bean; it may not depend on [Projects].
public interface SessionSetup {
  /// Called once for each project, when its schemas are up to date and before it is served.
  void open(Project project);

  /// The actor with the settings that this caller's statements need. Called for each transaction of
  /// a caller: asks the database nothing.
  ///
  /// @param actor the caller's role and `request.jwt.claims`
  /// @param claims what the caller's token says
  Actor apply(Project project, Actor actor, JsonNode claims);
}
