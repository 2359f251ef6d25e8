package io.stabbur.functions.log;

import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// The log of each project.
@Singleton
public final class FunctionLogs {
  private final PerProject<FunctionLog> logs = new PerProject<>(_ -> new FunctionLog());

  public FunctionLog of(Project project) {
    return logs.of(project);
  }
}
