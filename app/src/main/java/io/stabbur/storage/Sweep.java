package io.stabbur.storage;

import io.stabbur.project.Project;

/// Something the [Sweeper] cleans up beside bytes without rows.
public interface Sweep {
  /// Cleans up what is due; any number of processes may do so at once.
  void sweep(Project project);
}
