package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.operations.backup.repository.StoreException;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.embedded.EmbeddedPostgres;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The backups of projects: made, listed, proven. One thing at a time for each project.
@Singleton
public final class Backups {
  private static final Logger LOG = LoggerFactory.getLogger(Backups.class);

  private final BackupSettings settings;
  private final ProjectFiles files;
  private final PerProject<ReentrantLock> turns = new PerProject<>(_ -> new ReentrantLock());
  private final PerProject<Repository> repositories = new PerProject<>(this::repository);

  Backups(BackupSettings settings, ProjectFiles files) {
    this.settings = settings;
    this.files = files;
  }

  /// Whether backups are made of a project.
  public boolean isEnabled(Project project) {
    return settings.place().isPresent()
        && project.settings().isEmbedded()
        && project.settings().prepare();
  }

  /// How a project's backups stand.
  public BackupStatus status(Project project) {
    return new StatusRow(project).read();
  }

  /// The base backups of a project, the oldest first.
  public List<Backup> list(Project project) {
    return catalog(project).map(Catalog::backups).orElse(List.of());
  }

  /// Makes a backup now.
  ///
  /// @throws ApiException refused where it cannot be made here, or another is being made; with the
  ///   reason where it failed
  public Backup make(Project project) {
    requirePossible(project);
    var turn = turns.of(project);
    if (!turn.tryLock()) {
      throw BackupError.conflict("A backup of this project is being made already");
    }
    try {
      return made(project);
    } finally {
      turn.unlock();
    }
  }

  private Backup made(Project project) {
    var status = new StatusRow(project);
    try {
      var repository = repositories.of(project);
      var catalog = writable(project);
      var known = known(repository, catalog);
      var backup = new BaseBackup(project, repository, files).take(known, "");
      catalog.with(backup).write(repository);
      status.succeeded(backup);
      LOG.info("Backup {} of project {} is complete", backup.id(), project.name());
      return backup;
    } catch (IOException | StoreException | DamagedException | ApiException e) {
      var reason = reason(e);
      LOG.error("The backup of project {} failed: {}", project.name(), reason);
      status.failed(reason);
      throw BackupError.failed("The backup failed: " + reason);
    }
  }

  private static String reason(Exception e) {
    return e instanceof ApiException api ? api.error().toString() : String.valueOf(e.getMessage());
  }

  /// The files that the repository has already.
  private static Map<String, FileEntry> known(Repository repository, Catalog catalog)
      throws IOException {
    var newest = catalog.newest();
    return newest.isEmpty() ? Map.of() : FileIndex.read(repository, newest.get().object("files"));
  }

  private java.util.Optional<Catalog> catalog(Project project) {
    requirePossible(project);
    try {
      return Catalog.read(repositories.of(project));
    } catch (StoreException | DamagedException e) {
      throw BackupError.failed(String.valueOf(e.getMessage()));
    }
  }

  /// The catalog of this very project, new where the place was never used.
  private Catalog writable(Project project) throws IOException {
    var repository = repositories.of(project);
    var writer = WriterFile.of(project.folder());
    var systemId = systemId(project);
    var found = Catalog.read(repository);
    if (found.isEmpty()) {
      var fresh = new Catalog(project.name(), writer, systemId, List.of());
      fresh.write(repository);
      return fresh;
    }
    var catalog = found.get();
    if (!catalog.systemId().equals(systemId) || !catalog.writer().equals(writer)) {
      throw new DamagedException(
          "The place holds the backups of another Stabbur, of which this one may be a copy; name a"
              + " new folder or prefix in stabbur.backup.to");
    }
    return catalog;
  }

  private static String systemId(Project project) {
    try (var superuser = Cluster.superuser(project)) {
      return superuser.transaction(
          Actor.of(EmbeddedPostgres.SUPERUSER), Access.READ, tx -> Cluster.of(tx).systemId());
    }
  }

  private void requirePossible(Project project) {
    if (settings.place().isEmpty()) {
      throw BackupError.conflict(
          "Backups are off; set stabbur.backup.to to a folder or s3://bucket/prefix and start"
              + " again");
    }
    if (!isEnabled(project)) {
      throw BackupError.conflict(
          "The database of project %s is not Stabbur's own; back it up where it runs (app/docs/backup.md)"
              .formatted(project.name()));
    }
  }

  private Repository repository(Project project) {
    var place = settings.place().orElseThrow();
    return Repository.in(
        settings.store(place), BackupSettings.prefix(place, project.name()), key(project));
  }

  private RepositoryKey key(Project project) {
    return settings.key() == null
        ? RepositoryKey.ofMasterKey(project.keys().masterKey().reveal())
        : RepositoryKey.ofText(settings.key());
  }
}
