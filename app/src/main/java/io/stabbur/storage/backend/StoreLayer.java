package io.stabbur.storage.backend;

import io.stabbur.project.Project;

/// Puts something between a project's store and everybody who uses it.
public interface StoreLayer {
  Backend over(Project project, Backend store);
}
