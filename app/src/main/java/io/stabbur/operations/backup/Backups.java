package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.operations.backup.repository.StoreException;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.PerProject;
import io.stabbur.project.PostgresSettings;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.Projects;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.project.life.SkippedRun;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The backups of projects: made, shipped, listed, proven. One base backup or rehearsal at a time
/// for each project, while its log goes on being shipped.
@Singleton
public final class Backups {
  private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
  private static final Actor SUPERUSER = Actor.of(EmbeddedPostgres.SUPERUSER);

  /// Longer than shipping may be late before it counts as failed, which holds all bytes.
  private static final Duration BYTES_KEPT = Duration.ofMinutes(15);

  /// How long a base backup that failed is not tried again by the clock.
  private static final Duration AFTER_FAILURE = Duration.ofHours(1);

  /// How long a rehearsal that failed is not tried again by the clock.
  private static final Duration AFTER_UNPROVEN = Duration.ofHours(6);

  /// Each note in the database is itself shipped: an idle database must come to rest.
  private static final Duration NOTE_EVERY = Duration.ofMinutes(5);

  private static final long MEGABYTE = 1_000_000;

  /// What stays free beside a copy.
  private static final long LEAST_FREE = 500 * MEGABYTE;

  private final BackupSettings settings;
  private final ProjectFiles files;
  private final PostgresPrograms programs;
  private final Rehearsal rehearsal;
  private final OrganizationRestore organizations;
  private final PerProject<Work> works = new PerProject<>(this::work);

  Backups(
      BackupSettings settings,
      ProjectFiles files,
      Projects projects,
      PostgresSettings postgres,
      OrganizationSchemas schemas) {
    this.settings = settings;
    this.files = files;
    this.programs = postgres.programs();
    this.rehearsal = new Rehearsal(projects, postgres, files);
    this.organizations = new OrganizationRestore(projects, postgres, files, schemas);
  }

  /// Whether the database of a project is Stabbur's own.
  public boolean isPossible(Project project) {
    return project.settings().isEmbedded() && project.settings().prepare();
  }

  /// Whether somebody else runs the database of a project, so that dumps are made of it.
  public boolean isDumped(Project project) {
    return !project.settings().isEmbedded() && project.settings().prepare();
  }

  /// Whether backups are made of a project.
  public boolean isEnabled(Project project) {
    return settings.place().isPresent() && (isPossible(project) || isDumped(project));
  }

  /// How a project's backups stand.
  public BackupStatus status(Project project) {
    var status = new StatusRow(project).read();
    return isEnabled(project) ? works.of(project).newer(status) : status;
  }

  /// The same as of the last minute, without asking the database each time.
  public BackupStatus lately(Project project) {
    return works.of(project).lately(() -> status(project));
  }

  /// Whether the clock rehearses restores.
  boolean isProven() {
    return !settings.proveEvery().isZero();
  }

  /// When a backup was last proven, as of the last minute; before the first time, when the oldest
  /// backup was made. Empty while there is none, or the place does not say.
  Optional<Instant> provenSince(Project project) {
    var status = lately(project);
    if (status.lastProofAt() != null || status.lastBackupAt() == null) {
      return Optional.ofNullable(status.lastProofAt());
    }
    return works.of(project).first(() -> oldest(project));
  }

  private Optional<Instant> oldest(Project project) {
    try {
      return list(project).stream().map(Backup::endedAt).findFirst();
    } catch (ApiException e) {
      return Optional.empty();
    }
  }

  /// The base backups or dumps of a project, the oldest first.
  public List<Backup> list(Project project) {
    requirePossible(project);
    try {
      var listed = new ArrayList<>(listed(works.of(project).repository()));
      if (isDumped(project)) {
        // the first dumps were kept where a cluster has its backups; they can be restored, too
        listed(place(project).clusters()).stream().filter(Backup::isDump).forEach(listed::add);
        listed.sort(Comparator.comparing(Backup::endedAt));
      }
      return List.copyOf(listed);
    } catch (StoreException | DamagedException e) {
      throw BackupError.failed(reason(e));
    }
  }

  /// A backup as it lies in its place, sealed, as a tar stream: unpacked into a folder it is a
  /// place for `stabbur restore --from FOLDER --backup ID`. The caller closes it.
  ///
  /// @throws ApiException refused where there is no such backup
  public InputStream download(Project project, String id) {
    requirePossible(project);
    try {
      var places = new LinkedHashMap<String, Repository>();
      if (isDumped(project)) {
        places.put("/dumps/", place(project).dumps());
      }
      places.put("/", place(project).clusters());
      for (var each : places.entrySet()) {
        var found = Catalog.read(each.getValue()).flatMap(catalog -> catalog.byId(id));
        if (found.isPresent()) {
          return BackupArchive.of(each.getValue(), project.name() + each.getKey(), found.get());
        }
      }
      throw BackupError.missing(id);
    } catch (IOException | StoreException | DamagedException e) {
      throw BackupError.failed(reason(e));
    }
  }

  private static List<Backup> listed(Repository repository) {
    return Catalog.read(repository).map(Catalog::backups).orElse(List.of());
  }

  /// Makes a backup now, and removes those that nothing needs any more.
  ///
  /// @throws ApiException refused where it cannot be made here, or another is being made; with the
  ///   reason where it failed
  public Backup make(Project project) {
    return alone(
        project, () -> made(project), new StatusRow(project)::failed, "The backup failed: ");
  }

  private Backup made(Project project) throws IOException {
    var work = works.of(project);
    var status = new StatusRow(project);
    var repository = work.repository();
    var catalog = writable(project);
    if (!catalog.expiring().isEmpty()) {
      catalog = removeOld(work, catalog);
    }
    var chainFrom = isDumped(project) ? "" : work.ship().to().toString();
    var begun = BaseBackup.placeholder();
    catalog.beginning(begun).write(repository);
    var taken =
        isDumped(project)
            ? new DumpBackup(project, repository, files).take(begun, work.knownAnew())
            : new BaseBackup(project, repository, files).take(begun, work.known(), chainFrom);
    var backup = taken.backup();
    var listed = Catalog.require(repository).ended(begun).with(backup);
    listed.write(repository);
    status.succeeded(backup, taken.missing());
    LOG.info("Backup {} of project {} is complete", backup.id(), project.name());
    if (!taken.missing().isEmpty()) {
      LOG.warn(
          "Backup {} of project {} lacks {} files whose rows have no bytes; see its status",
          backup.id(),
          project.name(),
          taken.missing().size());
    }
    var _ = removeOld(work, listed);
    return backup;
  }

  /// Removes what nothing needs any more, and what a backup that failed has left.
  private Catalog removeOld(Work work, Catalog catalog) throws IOException {
    return work.shipAfter(
        () -> new Expiry(work.repository(), settings.retention()).run(catalog, Instant.now()));
  }

  /// Makes the backup of the day, or the one that a gap in the log asks for, and after a failure
  /// not before an hour has passed: each try copies the database anew.
  void makeIfDue(Project project) {
    deleteScratch(project);
    var row = new StatusRow(project);
    var soonest = row.failedAt().map(failed -> failed.plus(AFTER_FAILURE)).orElse(Instant.MIN);
    if (!Instant.now().isBefore(soonest) && isDue(row.read(), works.of(project).state())) {
      unlessUnderWay(
          () -> {
            var _ = make(project);
          });
    }
  }

  /// What an operator, another process or another chore does at the moment is no failure of a
  /// chore: it looks again in a minute.
  private static void unlessUnderWay(Runnable work) {
    try {
      work.run();
    } catch (ApiException e) {
      if (BackupError.isUnderWay(e)) {
        throw new SkippedRun("a backup or rehearsal of the project is under way");
      }
      throw e;
    }
  }

  /// Deletes what a process that was killed while it restored has left on the disk, unless this one
  /// restores at the moment.
  void deleteScratch(Project project) {
    if (settings.place().isEmpty()) {
      Scratch.delete(project);
      return;
    }
    var turn = works.of(project).turn();
    if (turn.tryLock()) {
      try {
        Scratch.delete(project);
      } finally {
        turn.unlock();
      }
    }
  }

  private boolean isDue(BackupStatus status, Optional<LogState> log) {
    var last = status.lastBackupAt();
    var id = status.lastBackup();
    return last == null
        || id == null
        || last.isBefore(settings.schedule().latest(Instant.now()))
        // the log began anew during that backup, or since: it does not go on from there
        || log.filter(state -> state.since().isAfter(BaseBackup.startedAt(id))).isPresent();
  }

  /// Restores the newest state into a scratch folder and compares; of a database that somebody else
  /// runs the newest dump.
  ///
  /// @throws ApiException refused where it cannot be done here; with what is wrong where the copy
  ///   is not what was backed up
  public Rehearsal.Proven prove(Project project) {
    var status = new StatusRow(project);
    return alone(
        project,
        () -> {
          var repository = works.of(project).repository();
          var proven =
              isDumped(project)
                  ? new DumpRehearsal(repository, files, programs).run(project)
                  : rehearsal.run(project, repository);
          status.proven(proven.backup());
          LOG.info(
              "Backup {} of project {} was restored and is whole",
              proven.backup().id(),
              project.name());
          return proven;
        },
        status::unproven,
        "The restore could not be proven: ");
  }

  /// Makes one organization what it was, while the project is served, or tells what that would do.
  ///
  /// @throws ApiException refused where it cannot be done, and nothing was written
  public OrganizationRestore.Report restore(Project project, OrganizationRestore.Request request) {
    return alone(
        project,
        () -> {
          if (!isDumped(project)) {
            // a moment or a named point of a minute ago may not be shipped yet
            var _ = works.of(project).ship();
          }
          return organizations.run(project, works.of(project).repository(), request);
        },
        _ -> {},
        "The organization was not restored: ");
  }

  /// Restores a backup into the folder of a new project of this Stabbur, which is opened
  /// afterwards.
  ///
  /// @param folder of the new project, which is not there yet
  /// @throws ApiException refused where it cannot be done here; nothing is left in the folder
  public RestoreRun.Restored copy(Project project, String id, String name, Path folder) {
    if (!isPossible(project)) {
      throw BackupError.conflict(
          "backup_is_dump",
          "The database of project %s is not Stabbur's own, so a dump of it is restored where it runs"
              .formatted(project.name()));
    }
    return alone(
        project,
        () -> {
          var repository = works.of(project).repository();
          requireCopy(project, repository, id);
          // the copy outlives this project, so it gets programs of its own
          return new RestoreRun(repository, files, programs, Optional.empty())
              .as(new ProjectCopy(name))
              .into(folder, new RestoreTarget.Base(id), RestoreRun.Bytes.WRITTEN);
        },
        _ -> {},
        "The copy was not made: ");
  }

  private static void requireCopy(Project project, Repository repository, String id)
      throws IOException {
    var backup =
        Catalog.require(repository)
            .byId(id)
            .filter(each -> !each.isDump())
            .orElseThrow(() -> BackupError.missing(id));
    if (!ProjectCopy.isWhole(KeyFiles.read(repository))) {
      throw BackupError.conflict(
          "master_key_elsewhere",
          "The master key of project %s is in the settings, so a copy would lack it"
              .formatted(project.name()));
    }
    long needed = backup.databaseBytes() + backup.fileBytes() + LEAST_FREE;
    long free = Files.getFileStore(project.folder()).getUsableSpace();
    if (free < needed) {
      throw BackupError.conflict(
          "no_room",
          "A copy needs about %,d MB on the disk, and %,d MB are free"
              .formatted(needed / MEGABYTE, free / MEGABYTE));
    }
  }

  /// Makes the rehearsal that is due, and after a failure not before some hours have passed: each
  /// try restores the database anew.
  void proveIfDue(Project project) {
    var row = new StatusRow(project);
    var status = row.read();
    var last = status.lastProofAt();
    var every = settings.proveEvery();
    boolean isDue = last == null || last.isBefore(Instant.now().minus(every));
    if (!every.isZero() && status.lastBackupAt() != null && isDue && !hasJustFailed(row)) {
      unlessUnderWay(
          () -> {
            var _ = prove(project);
          });
    }
  }

  private static boolean hasJustFailed(StatusRow row) {
    return row.unprovenAt().filter(Instant.now().minus(AFTER_UNPROVEN)::isBefore).isPresent();
  }

  /// Ships the log up to this moment.
  LogState ship(Project project) {
    requirePossible(project);
    if (isDumped(project)) {
      throw BackupError.conflict("The log of a server that is not Stabbur's own is not shipped");
    }
    var work = works.of(project);
    var status = new StatusRow(project);
    try {
      if (work.state().isEmpty()) {
        var _ = writable(project);
        status.keepBytes(BYTES_KEPT);
      }
      var state = work.ship();
      if (work.isNoteDue(state.at(), NOTE_EVERY)) {
        status.shipped(state.to(), state.at());
      }
      return state;
    } catch (IOException | StoreException | DamagedException | ApiException e) {
      work.failed();
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(project, "The log cannot be shipped: ");
      }
      status.holdBytes();
      status.notShipped(reason(e));
      throw BackupError.failed("The log cannot be shipped: " + reason(e));
    }
  }

  /// Lets go of what backups keep in a database that is no longer backed up.
  void release(Project project) {
    deleteScratch(project);
    new StatusRow(project).keepBytes(Duration.ZERO);
    try (var superuser = Cluster.superuser(project)) {
      superuser.transaction(
          SUPERUSER,
          Access.WRITE,
          tx ->
              tx.list(
                  Statement.of(
                      "select pg_drop_replication_slot(slot_name) from pg_replication_slots where"
                          + " slot_name = ?",
                      LogShipper.SLOT),
                  _ -> true));
    }
  }

  /// Stabbur is being stopped, which says nothing about the backups.
  private static ApiException interrupted(Project project, String message) {
    LOG.info("{}it was interrupted (project {})", message, project.name());
    return BackupError.failed(message + "it was interrupted");
  }

  private <T> T alone(
      Project project,
      Callable<T> work,
      java.util.function.Consumer<String> onFailure,
      String message) {
    requirePossible(project);
    var turn = works.of(project).turn();
    if (!turn.tryLock()) {
      throw BackupError.underWay("A backup of this project is being made or proven already");
    }
    try {
      return OwnThread.run(
          "backup of project " + project.name(),
          isDumped(project) ? () -> new DumpLock(project).hold(work) : work);
    } catch (StartFailure e) {
      // a program that is not installed
      onFailure.accept(reason(e));
      throw BackupError.conflict(reason(e));
    } catch (IOException | StoreException | DamagedException | ApiException e) {
      if (e instanceof ApiException refused
          && refused.error() instanceof Refused(int status, _, _)
          && status < 500) {
        throw refused;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(project, message);
      }
      LOG.error("{}{} (project {})", message, reason(e), project.name());
      onFailure.accept(reason(e));
      throw BackupError.failed(message + reason(e));
    } finally {
      works.of(project).changed();
      turn.unlock();
    }
  }

  private static String reason(Exception e) {
    return e instanceof ApiException api ? api.error().toString() : String.valueOf(e.getMessage());
  }

  /// The catalog of this very project, new where the place was never used.
  private Catalog writable(Project project) throws IOException {
    var repository = works.of(project).repository();
    // a database of somebody else may be served by several processes with a folder each
    var writer = isDumped(project) ? "" : WriterFile.of(project.folder());
    var systemId = systemId(project);
    var found = Catalog.read(repository);
    if (found.isEmpty()) {
      var fresh = new Catalog(project.name(), writer, systemId, List.of(), List.of());
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

  /// Of the cluster, or the id of a database of somebody else: a copy of it has another one.
  private String systemId(Project project) {
    if (isDumped(project)) {
      return DumpBackup.identity(project);
    }
    try (var superuser = Cluster.superuser(project)) {
      return superuser.transaction(SUPERUSER, Access.READ, tx -> Cluster.of(tx).systemId());
    }
  }

  private void requirePossible(Project project) {
    if (!isPossible(project) && !isDumped(project)) {
      throw BackupError.conflict(
          "backup_elsewhere",
          "Stabbur keeps nothing in the database of project %s: back it up where it runs"
              .formatted(project.name()));
    }
    if (settings.place().isEmpty()) {
      throw BackupError.off();
    }
  }

  private Work work(Project project) {
    var all = place(project);
    return new Work(project, isDumped(project) ? all.dumps() : all.clusters(), files);
  }

  private BackupPlace place(Project project) {
    var place = settings.place().orElseThrow();
    return new BackupPlace(
        settings.store(place), BackupSettings.prefix(place, project.name()), key(project));
  }

  private RepositoryKey key(Project project) {
    return settings.key() == null
        ? RepositoryKey.ofMasterKey(project.keys().masterKey().reveal())
        : RepositoryKey.ofText(settings.key().reveal());
  }

  /// Whether backups can be made here, tried out: an object is written, read and deleted, the log
  /// is shipped to this moment, and it is told when base backups begin.
  JsonNode check(Project project) {
    requirePossible(project);
    var repository = works.of(project).repository();
    var probe = "check-" + Crypto.randomText(8);
    try {
      var _ = writable(project);
      repository.write(probe, Crypto.random(64));
      if (repository.read(probe).isEmpty()) {
        throw new DamagedException("What was written to the place is not there");
      }
      repository.delete(probe);
    } catch (IOException | StoreException | DamagedException e) {
      throw BackupError.failed(reason(e));
    }
    var found = new Fields().put("key", repository.key().fingerprint());
    if (isDumped(project)) {
      checkDump(project, found);
    } else {
      var state = ship(project);
      found.put("shipped_lsn", state.to().toString()).put("shipped_at", state.at());
    }
    return found
        .put(
            "next",
            settings.schedule().next(Instant.now(), 3),
            time -> JsonNode.createStringNode(time.toString()))
        .json();
  }

  /// Whether a database that somebody else runs can be dumped whole, and by which program.
  private void checkDump(Project project, Fields found) {
    var dump = new DumpBackup(project, works.of(project).repository(), files);
    try {
      found.put("dumped_by", dump.program().program().toString());
      dump.requireReadable();
    } catch (StartFailure | IOException e) {
      throw BackupError.conflict(reason(e));
    }
  }
}
