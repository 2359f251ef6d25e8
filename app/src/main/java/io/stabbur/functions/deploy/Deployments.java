package io.stabbur.functions.deploy;

import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.ServerSettings;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which version of a function is in use, by project. A development server serves the folder first.
@Singleton
public final class Deployments {
  private final PerProject<Optional<FolderFunctions>> folders;

  Deployments(FunctionsSettings settings, ServerSettings server) {
    this.folders =
        new PerProject<>(
            project ->
                server.isDevelopment()
                    ? Optional.of(
                        new FolderFunctions(
                            settings.folder(), project.folder().resolve("functions/development")))
                    : Optional.empty());
  }

  /// The version in use if it is known without asking anybody; null where [#find] must be asked.
  public @Nullable Deployment recent(Project project, FunctionName name) {
    var folder = folders.of(project);
    var found = folder.isPresent() ? folder.get().recent(name) : Optional.<Deployment>empty();
    return found == null ? null : found.orElse(null);
  }

  /// The version in use; may read files and ask the database.
  public Optional<Deployment> find(Project project, FunctionName name) {
    return folders.of(project).flatMap(folder -> folder.find(name));
  }
}
