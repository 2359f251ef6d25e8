package io.stabbur.functions.supervise;

import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.log.FunctionLogs;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// The supervisor of each project, made when a function of it is first called. See [Deployment] for
/// what is run.
@Singleton
public final class Supervisors {
  private final PerProject<Supervisor> supervisors;

  Supervisors(
      FunctionsSettings settings,
      DenoProgram program,
      Environments environments,
      FunctionLogs logs) {
    this.supervisors =
        new PerProject<>(
            project ->
                new Supervisor(
                    settings,
                    new Launch(program, settings, NetworkRules.denied(project, settings)),
                    environments.of(project),
                    logs.of(project)));
  }

  public Supervisor of(Project project) {
    return supervisors.of(project);
  }
}
