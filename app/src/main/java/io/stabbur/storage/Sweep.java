package io.stabbur.storage;

import io.stabbur.project.Project;

/// What the [Sweeper] cleans up beside bytes without rows, as a chore of its own.
public interface Sweep {
  /// What is cleaned up, for metrics and log lines, such as `uploads`.
  String name();

  /// Cleans up what is due; any number of processes may do so at once.
  void sweep(Project project);
}
