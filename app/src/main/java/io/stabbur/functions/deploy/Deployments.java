package io.stabbur.functions.deploy;

import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.project.ApplianceFiles;
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
  private final PerProject<DeployedFunctions> deployed;

  Deployments(FunctionsSettings settings, ServerSettings server, ApplianceFiles files) {
    this.deployed = new PerProject<>(project -> new DeployedFunctions(project, files));
    this.folders =
        new PerProject<>(
            project ->
                server.isDevelopment()
                    ? Optional.of(
                        new FolderFunctions(
                            settings.folder(), project.folder().resolve("functions/development")))
                    : Optional.empty());
  }

  /// The deployed functions of a project.
  public DeployedFunctions deployed(Project project) {
    return deployed.of(project);
  }

  /// The folder that is served without a deployment, if one is.
  public Optional<FolderFunctions> folder(Project project) {
    return folders.of(project);
  }

  /// The version in use if it is known without asking anybody; null where [#find] must be asked.
  public @Nullable Deployment recent(Project project, FunctionName name) {
    var folder = folders.of(project);
    var inFolder = folder.isPresent() ? folder.get().recent(name) : Known.ABSENT;
    if (inFolder == null || inFolder.deployment() != null) {
      return inFolder == null ? null : inFolder.deployment();
    }
    var found = deployed.of(project).recent(name);
    return found == null ? null : found.deployment();
  }

  /// The version in use; may read files and ask the database and the object store.
  public Optional<Deployment> find(Project project, FunctionName name) {
    return folders
        .of(project)
        .flatMap(folder -> folder.find(name))
        .or(() -> deployed.of(project).find(name));
  }
}
