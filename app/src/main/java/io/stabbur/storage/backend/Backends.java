package io.stabbur.storage.backend;

import io.micrometer.core.instrument.MeterRegistry;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.StoreSettings;
import io.stabbur.storage.StorageSettings;
import jakarta.inject.Singleton;

/// Each project's own store.
@Singleton
public final class Backends {
  private final PerProject<Backend> backends;

  Backends(StorageSettings settings, StoreLayer layer, MeterRegistry meters) {
    this.backends =
        new PerProject<>(
            project -> {
              var store = new MeteredBackend(store(project, settings), meters, project.name());
              return layer.over(project, store);
            });
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
