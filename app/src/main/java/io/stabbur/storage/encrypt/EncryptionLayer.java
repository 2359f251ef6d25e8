package io.stabbur.storage.encrypt;

import io.stabbur.project.FileKeys;
import io.stabbur.project.Project;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.StoreLayer;
import jakarta.inject.Singleton;

/// Stands before every project's store.
@Singleton
final class EncryptionLayer implements StoreLayer {
  @Override
  public Backend over(Project project, Backend store) {
    return new EncryptedBackend(store, new KeyRows(project), new KeyWrapping(FileKeys.of(project)));
  }
}
