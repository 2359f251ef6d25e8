package io.stabbur.operations.backup.repository;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.micronaut.objectstorage.ObjectStorageEntry;
import io.micronaut.objectstorage.ObjectStorageException;
import io.micronaut.objectstorage.ObjectStorageOperations;
import io.micronaut.objectstorage.request.UploadRequest;
import io.stabbur.platform.file.ReadAhead;
import io.stabbur.project.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/// The backups of one project: sealed objects by name. A small object is written and read whole; a
/// stream is compressed with zstd and cut into parts `NAME.0`, `NAME.1`, …, of which the last says
/// that it is the last.
///
/// Any method may throw [StoreException] when the store cannot be used, and each that reads
/// [DamagedException].
public final class Repository {
  private static final int LEVEL = 3;
  private static final int PIECES = 8;
  private static final int PIECE = 1 << 18;
  private final ObjectStorageOperations<?, ?, ?> storage;
  private final String prefix;
  private final RepositoryKey key;

  Repository(ObjectStorageOperations<?, ?, ?> storage, String prefix, RepositoryKey key) {
    this.storage = storage;
    this.prefix = prefix;
    this.key = key;
  }

  /// The repository in a folder or bucket; nothing is read or written yet.
  ///
  /// @param prefix what every name in the store begins with, such as `backups/default/`, or empty
  public static Repository in(StoreSettings store, String prefix, RepositoryKey key) {
    var storage =
        switch (store) {
          case StoreSettings.Folder folder -> new FolderStorage(folder.root());
          case StoreSettings.S3 bucket -> S3Storage.of(bucket);
        };
    return new Repository(storage, prefix, key);
  }

  public RepositoryKey key() {
    return key;
  }

  /// Seals and stores an object, in the place of one of that name.
  public void write(String name, byte[] content) {
    writePlain(name, Seal.close(key, name, content));
  }

  /// The content of an object; empty where there is none of that name.
  public Optional<byte[]> read(String name) {
    return readPlain(name).map(object -> Seal.open(key, name, object));
  }

  /// Stores an object that everybody may read, such as what says which key opens the others.
  public void writePlain(String name, byte[] content) {
    calling(
        name,
        () ->
            storage.upload(
                UploadRequest.fromBytes(content, prefix + name, "application/octet-stream")));
  }

  /// An object as it is stored.
  public Optional<byte[]> readPlain(String name) {
    return calling(
        name,
        () -> {
          Optional<ObjectStorageEntry<?>> entry = storage.retrieve(prefix + name);
          return entry.map(found -> bytes(name, found));
        });
  }

  /// Removes an object; what is not there is removed already.
  public void delete(String name) {
    calling(name, () -> Optional.ofNullable(storage.delete(prefix + name)));
  }

  /// Removes the parts of a stream, the last one first: a removal that is interrupted leaves the
  /// first parts, by which the next one finds the rest.
  public void deleteStream(String name) {
    int parts = 0;
    while (calling(name, exists(name + '.' + parts))) {
      parts++;
    }
    for (int part = parts - 1; part >= 0; part--) {
      delete(name + '.' + part);
    }
  }

  private Supplier<Boolean> exists(String name) {
    return () -> storage.exists(prefix + name);
  }

  /// A stream to write; complete when it is closed without a failure before.
  public OutputStream writeStream(String name) throws IOException {
    return new ZstdOutputStream(new PartsOutput(this, name), LEVEL);
  }

  /// A stream to read, from its first part on.
  public InputStream readStream(String name) throws IOException {
    return new ZstdInputStream(new PartsInput(this, name));
  }

  /// The same, opened on one thread and decompressed on another: for a long stream that somebody
  /// waits for, where nobody else needs the processors.
  public InputStream readStreamAhead(String name) throws IOException {
    return new ZstdInputStream(ahead(new PartsInput(this, name)));
  }

  /// The stream, read on a thread of its own, at most 2 MB ahead.
  public static InputStream ahead(InputStream in) {
    // computes more than it waits: a virtual thread would keep a carrier
    return new ReadAhead(in, PIECES, PIECE, Thread.ofPlatform().name("read-ahead").daemon());
  }

  /// The name of the stream that holds a file whose own name must not be seen.
  public String fileName(String path) {
    var name = key.nameFor(path);
    return "files/" + name.substring(0, 2) + '/' + name;
  }

  private static byte[] bytes(String name, ObjectStorageEntry<?> entry) {
    try (var in = entry.getInputStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new StoreException("The object %s cannot be read (%s)".formatted(name, e), e);
    }
  }

  private static <T> T calling(String name, Supplier<T> call) {
    try {
      return call.get();
    } catch (ObjectStorageException | SdkException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new StoreException(
          "The backup store cannot be used (object %s: %s)".formatted(name, cause.getMessage()), e);
    }
  }
}
