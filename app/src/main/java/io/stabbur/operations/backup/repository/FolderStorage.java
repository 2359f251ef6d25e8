package io.stabbur.operations.backup.repository;

import io.micronaut.objectstorage.ObjectStorageEntry;
import io.micronaut.objectstorage.ObjectStorageOperations;
import io.micronaut.objectstorage.request.UploadRequest;
import io.micronaut.objectstorage.response.UploadResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/// Object storage in a plain folder. An object is a file that is there whole or not at all, on disk
/// when the upload returns, and readable for its owner alone.
final class FolderStorage implements ObjectStorageOperations<Path, Path, Boolean> {
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private final Path root;

  FolderStorage(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /// A file as an object.
  private record Entry(String key, Path file) implements ObjectStorageEntry<Path> {
    @Override
    public String getKey() {
      return key;
    }

    @Override
    public InputStream getInputStream() {
      try {
        return Files.newInputStream(file);
      } catch (IOException e) {
        throw new StoreException("The file %s cannot be read".formatted(file), e);
      }
    }

    @Override
    public Path getNativeEntry() {
      return file;
    }
  }

  @Override
  public UploadResponse<Path> upload(UploadRequest request) {
    return upload(request, _ -> {});
  }

  @Override
  public UploadResponse<Path> upload(UploadRequest request, Consumer<Path> consumer) {
    var file = file(request.getKey());
    try {
      Files.createDirectories(parent(file), permissions("rwx------"));
      write(request, file);
      consumer.accept(file);
      return UploadResponse.of(request.getKey(), "", file);
    } catch (IOException e) {
      throw new StoreException("The file %s cannot be written (%s)".formatted(file, e), e);
    }
  }

  private static void write(UploadRequest request, Path file) throws IOException {
    var fresh = parent(file).resolve(".new-" + UUID.randomUUID());
    try {
      try (var in = request.getInputStream();
          var channel = FileChannel.open(fresh, NEW, permissions("rw-------"))) {
        in.transferTo(Channels.newOutputStream(channel));
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    try (var folder = FileChannel.open(parent(file), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static java.nio.file.attribute.FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <E extends ObjectStorageEntry<?>> Optional<E> retrieve(String key) {
    return exists(key) ? Optional.of((E) new Entry(key, file(key))) : Optional.empty();
  }

  @Override
  public Boolean delete(String key) {
    try {
      return Files.deleteIfExists(file(key));
    } catch (IOException e) {
      throw new StoreException("The file %s cannot be deleted".formatted(file(key)), e);
    }
  }

  @Override
  public boolean exists(String key) {
    return Files.isRegularFile(file(key));
  }

  @Override
  public Set<String> listObjects() {
    try (var files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .collect(java.util.stream.Collectors.toSet());
    } catch (NoSuchFileException e) {
      return Set.of();
    } catch (IOException e) {
      throw new StoreException("The folder %s cannot be read".formatted(root), e);
    }
  }

  private static Path parent(Path file) {
    return java.util.Objects.requireNonNull(file.getParent());
  }

  private Path file(String key) {
    var file = root.resolve(key).normalize();
    if (!file.startsWith(root) || file.equals(root)) {
      throw new IllegalArgumentException("not the name of an object: " + key);
    }
    return file;
  }
}
