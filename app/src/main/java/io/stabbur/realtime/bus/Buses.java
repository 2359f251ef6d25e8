package io.stabbur.realtime.bus;

import io.stabbur.project.Project;

/// Makes the bus of each project. A bean of this type replaces the default, which reaches nobody.
public interface Buses {
  /// A new bus; whoever asked closes it.
  Bus open(Project project);
}
