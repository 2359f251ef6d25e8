package io.stabbur.operations.advisor;

import io.stabbur.data.DataSettings;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// The advisor for a project that is served: it knows which schemas are exposed.
@Singleton
final class ProjectAdvisor {
  private final DataSettings settings;

  ProjectAdvisor(DataSettings settings) {
    this.settings = settings;
  }

  Report report(Project project) {
    var database = project.admin();
    var schemas =
        settings.inDatabase()
            ? Advisor.servedSchemas(database).orElse(settings.schemas())
            : settings.schemas();
    return Advisor.report(database, schemas);
  }
}
