package io.stabbur.storage.backend;

import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.StoreSettings;
import io.stabbur.storage.StorageSettings;
import jakarta.inject.Singleton;

/// Each project's own store.
@Singleton
public final class Backends {
  private final PerProject<Backend> backends;

  Backends(StorageSettings settings, StoreLayer layer) {
    this.backends = new PerProject<>(project -> layer.over(project, store(project, settings)));
  }

  private static Backend store(Project project, StorageSettings settings) {
    return switch (project.store()) {
      case StoreSettings.Folder folder -> new FolderBackend(folder.root());
      case StoreSettings.S3 store -> new S3Backend(store, settings.storeTimeout());
    };
  }

  public Backend of(Project project) {
    return backends.of(project);
  }
}
