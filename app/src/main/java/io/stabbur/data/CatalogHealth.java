package io.stabbur.data;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PartHealth;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The data API serves once it has read the catalog.
@Singleton
final class CatalogHealth implements PartHealth {
  private final DataApi api;

  CatalogHealth(DataApi api) {
    this.api = api;
  }

  @Override
  public String part() {
    return "rest";
  }

  @Override
  public Optional<String> problem(Project project) {
    try {
      var _ = api.room(project).current();
      return Optional.empty();
    } catch (ApiException _) {
      return Optional.of("The schema could not be read; the log says why");
    }
  }
}
