package io.stabbur.functions.supervise;

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
      FunctionLogs logs,
      WorkerMeters meters) {
    this.supervisors =
        new PerProject<>(
            project -> {
              var rules = NetworkRules.denied(project, settings);
              var launch = new Launch(program, settings, rules);
              var counts = meters.of(project.name());
              var supervisor =
                  new Supervisor(
                      settings, launch, environments.of(project), logs.of(project), counts);
              meters.follow(project.name(), supervisor);
              return supervisor;
            });
  }

  public Supervisor of(Project project) {
    return supervisors.of(project);
  }
}
