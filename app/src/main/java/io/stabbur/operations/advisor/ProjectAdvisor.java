package io.stabbur.operations.advisor;

import io.stabbur.data.DataSettings;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;

/// The advisor for a project that is served: it knows which schemas are exposed.
@Singleton
public final class ProjectAdvisor {
  private final DataSettings settings;

  ProjectAdvisor(DataSettings settings) {
    this.settings = settings;
  }

  public Report report(Project project) {
    return Advisor.report(project.admin(), schemas(project));
  }

  /// The schemas that the data API serves.
  public List<String> schemas(Project project) {
    return settings.inDatabase()
        ? Advisor.servedSchemas(project.admin()).orElse(settings.schemas())
        : settings.schemas();
  }
}
