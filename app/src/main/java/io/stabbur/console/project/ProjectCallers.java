package io.stabbur.console.project;

import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.project.Project;

/// Who asks the facades of a project for an operator: its service role, since operators have no
/// account in it. The journal names the operator.
public final class ProjectCallers {
  private ProjectCallers() {}

  public static Caller of(Project project) {
    return new Caller(project, Caller.SERVICE_ROLE, Claims.ofRole(Caller.SERVICE_ROLE), true);
  }
}
