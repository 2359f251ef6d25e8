package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.StoreException;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this process knows of the backups of one project.
final class Work implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Work.class);
  private static final Duration LATELY = Duration.ofMinutes(1);

  private final Project project;
  private final Repository repository;
  private final ProjectFiles files;
  private final ReentrantLock turn = new ReentrantLock();
  private final ReentrantLock shipping = new ReentrantLock();
  private @Nullable Map<String, FileEntry> known;
  private @Nullable Object keys;
  private volatile @Nullable LogState state;
  private volatile Instant noted = Instant.EPOCH;
  private volatile Instant asked = Instant.EPOCH;
  private volatile @Nullable BackupStatus answered;
  private volatile Instant askedForFirst = Instant.EPOCH;
  private volatile @Nullable Instant first;

  Work(Project project, Repository repository, ProjectFiles files) {
    this.project = project;
    this.repository = repository;
    this.files = files;
  }

  Repository repository() {
    return repository;
  }

  /// Held by whoever makes or proves a base backup.
  ReentrantLock turn() {
    return turn;
  }

  /// How far the log was shipped by this process; empty before it shipped any.
  Optional<LogState> state() {
    return Optional.ofNullable(state);
  }

  /// Ships the log, one caller at a time.
  LogState ship() throws IOException {
    shipping.lock();
    try {
      shipKeys();
      var shipped = known();
      // after a failure nobody knows which of the new files a piece names: they are read again
      known = null;
      var next = new LogShipper(project, repository, files, shipped).ship();
      known = shipped;
      state = next;
      return next;
    } finally {
      shipping.unlock();
    }
  }

  /// Ships what was written since the last time, when the project is closed: a machine that is
  /// stopped in good order may never come back with its disk.
  @Override
  public void close() {
    if (state == null) {
      return;
    }
    try {
      var _ = OwnThread.run("last log of project " + project.name(), this::ship);
    } catch (IOException | StoreException | DamagedException | ApiException e) {
      LOG.warn(
          "The last of the log of project {} is not shipped: {}", project.name(), e.toString());
    }
  }

  /// A key file that has changed must be there before what it seals.
  private void shipKeys() throws IOException {
    var now = KeyFiles.in(project.folder());
    if (!now.equals(keys)) {
      now.write(repository);
      keys = now;
    }
  }

  /// Does what shipping must not see half done, and learns anew which files there are.
  <T> T shipAfter(Callable<T> change) throws IOException {
    shipping.lock();
    try {
      return change.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      known = null;
      shipping.unlock();
    }
  }

  /// Files that the repository has, by path.
  Map<String, FileEntry> known() throws IOException {
    shipping.lock();
    try {
      var found = known;
      if (found == null) {
        var catalog = Catalog.read(repository);
        found =
            catalog.isEmpty()
                ? new java.util.concurrent.ConcurrentHashMap<>()
                : LogShipper.known(repository, catalog.get());
        known = found;
      }
      return found;
    } finally {
      shipping.unlock();
    }
  }

  /// The same, where another process may have changed them since.
  Map<String, FileEntry> knownAnew() throws IOException {
    shipping.lock();
    try {
      known = null;
      return known();
    } finally {
      shipping.unlock();
    }
  }

  /// Whether the database should be told, which it is not each time.
  boolean isNoteDue(Instant at, Duration every) {
    boolean isDue = at.isAfter(noted.plus(every));
    if (isDue) {
      noted = at;
    }
    return isDue;
  }

  /// The database is told of the next success.
  void failed() {
    noted = Instant.EPOCH;
  }

  /// What the database says, and what this process knows since.
  BackupStatus newer(BackupStatus status) {
    var known = state;
    return known == null || status.shippingFailure() != null
        ? status
        : status.shipped(known.to().toString(), known.at());
  }

  BackupStatus lately(Supplier<BackupStatus> ask) {
    var last = answered;
    if (last != null && Instant.now().isBefore(asked.plus(LATELY))) {
      return newer(last);
    }
    asked = Instant.now();
    var fresh = ask.get();
    answered = fresh;
    return fresh;
  }

  /// When the oldest backup was made, as of the first time that one was found.
  Optional<Instant> first(Supplier<Optional<Instant>> ask) {
    var now = Instant.now();
    if (first == null && !now.isBefore(askedForFirst.plus(LATELY))) {
      askedForFirst = now;
      first = ask.get().orElse(null);
    }
    return Optional.ofNullable(first);
  }

  /// What was answered lately no longer holds.
  void changed() {
    answered = null;
    askedForFirst = Instant.EPOCH;
  }
}
