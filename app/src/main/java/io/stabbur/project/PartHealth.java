package io.stabbur.project;

import java.util.Optional;

/// Says whether a part of the product can serve a project whose database answers. Each room that
/// depends on more than the database brings a bean. May take its time: who asks does not wait long.
public interface PartHealth {
  /// As in paths: `rest`, `storage`, …
  String part();

  /// Why it cannot, in one sentence; empty where it can.
  Optional<String> problem(Project project);
}
