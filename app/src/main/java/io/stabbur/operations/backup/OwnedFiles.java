package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.project.ProjectFiles.Version;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Brings back each file that a row of the restored database names. Several are written at a time:
/// one is opened and checked while the disk takes the bytes of another.
final class OwnedFiles implements Consumer<Version>, AutoCloseable {
  private static final int AT_ONCE = 3;

  private final Repository repository;
  private final Map<String, FileEntry> index;
  private final FileCopies copies;
  private final RestoreRun.Bytes bytes;
  private final ExecutorService writers =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofPlatform().name("restored-files-", 0).daemon().factory());
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private long done;
  private long missing;
  private long lacking;

  OwnedFiles(
      Repository repository,
      Map<String, FileEntry> index,
      FileCopies copies,
      RestoreRun.Bytes bytes) {
    this.repository = repository;
    this.index = index;
    this.copies = copies;
    this.bytes = bytes;
  }

  @Override
  public void accept(Version version) {
    var entry = index.get(version.path());
    if (entry == null) {
      missing++;
      return;
    }
    if (entry.isMissing()) {
      lacking++;
      return;
    }
    switch (bytes) {
      case WRITTEN -> write(entry);
      case CHECKED -> check(entry);
      case LEFT -> {}
    }
    done++;
  }

  private void check(FileEntry entry) {
    try {
      FileCopies.check(repository, entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until fewer than so many are written.
  private void write(FileEntry entry) {
    await(1);
    writers.execute(
        () -> {
          try {
            copies.restoreAhead(entry);
          } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
          } finally {
            room.release();
          }
        });
  }

  /// Takes room for so many, and fails where one before could not be written.
  private void await(int many) {
    try {
      room.acquire(many);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted"));
    }
    switch (failure.get()) {
      case null -> {}
      case IOException io -> throw new UncheckedIOException(io);
      case RuntimeException unchecked -> throw unchecked;
      case Exception other -> throw new IllegalStateException(other);
    }
  }

  /// How many there were, once all are written.
  ///
  /// @throws DamagedException when a row names a file that no backup holds
  long finish() {
    await(AT_ONCE);
    room.release(AT_ONCE);
    if (missing > 0) {
      throw new DamagedException("%d rows name files that are in no backup".formatted(missing));
    }
    return done;
  }

  /// How many had no bytes when they were to be backed up.
  long lacking() {
    return lacking;
  }

  /// Ends what is being written where a restore fails.
  @Override
  public void close() {
    writers.shutdownNow();
    writers.close();
  }
}
