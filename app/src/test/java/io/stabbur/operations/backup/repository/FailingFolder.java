package io.stabbur.operations.backup.repository;

import io.micronaut.objectstorage.ObjectStorageEntry;
import io.micronaut.objectstorage.ObjectStorageOperations;
import io.micronaut.objectstorage.request.UploadRequest;
import io.micronaut.objectstorage.response.UploadResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A folder as a store that can fail: names that are told to fail are neither written nor deleted.
public final class FailingFolder implements ObjectStorageOperations<Path, Path, Boolean> {
  private final FolderStorage storage;
  private Predicate<String> fails = _ -> false;

  public FailingFolder(Path root) {
    this.storage = new FolderStorage(root);
  }

  /// The repository in this folder.
  public Repository repository(RepositoryKey key) {
    return new Repository(this, "", key);
  }

  /// Which names fail from now on.
  public void failOn(Predicate<String> names) {
    fails = names;
  }

  private void requireWorking(String name) {
    if (fails.test(name)) {
      throw new StoreException("The store is told to fail", new IllegalStateException(name));
    }
  }

  @Override
  public UploadResponse<Path> upload(UploadRequest request) {
    requireWorking(request.getKey());
    return storage.upload(request);
  }

  @Override
  public UploadResponse<Path> upload(UploadRequest request, Consumer<Path> consumer) {
    requireWorking(request.getKey());
    return storage.upload(request, consumer);
  }

  @Override
  public <E extends ObjectStorageEntry<?>> Optional<E> retrieve(String key) {
    return storage.retrieve(key);
  }

  @Override
  public Boolean delete(String key) {
    requireWorking(key);
    return storage.delete(key);
  }

  @Override
  public boolean exists(String key) {
    return storage.exists(key);
  }

  @Override
  public Set<String> listObjects() {
    return storage.listObjects();
  }
}
