package io.stabbur.storage.backend;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PartHealth;
import io.stabbur.project.Project;
import io.stabbur.project.StoreSettings;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Files are served while the object store answers, and a folder can be written to.
@Singleton
final class StoreHealth implements PartHealth {
  private static final VersionKey NOTHING = new VersionKey("health", "health", "health", "0");

  private final Backends backends;

  StoreHealth(Backends backends) {
    this.backends = backends;
  }

  @Override
  public String part() {
    return "storage";
  }

  @Override
  public Optional<String> problem(Project project) {
    if (project.store() instanceof StoreSettings.Folder folder && !isWritable(folder.root())) {
      return Optional.of("The folder of the files cannot be written to");
    }
    try {
      var _ = backends.of(project).exists(NOTHING);
      return Optional.empty();
    } catch (ApiException _) {
      return Optional.of("The object store cannot be reached");
    }
  }

  /// The folder is made with its first file.
  private static boolean isWritable(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return existing != null && Files.isWritable(existing);
  }
}
