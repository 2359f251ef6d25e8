package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.file.DurableFile;
import io.stabbur.platform.file.OwnFolder;
import io.stabbur.platform.file.Trees;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.StoreSettings;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.PostgresPrograms;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes a project's folder from a repository: the cluster, recovered to the target, the keys, and
/// the files that its rows name. All of it is made in a folder `.restoring` inside the target and
/// moved to its place at the end, so a restore that fails leaves nothing behind, also where the
/// target is a mount point.
public final class RestoreRun {
  private static final Duration RECOVERY_LIMIT = Duration.ofHours(6);
  private static final String WORK = ".restoring";

  /// What `pg_restore` takes.
  public static final String DUMP = "database.dump";

  /// What `psql` takes before.
  public static final String DUMPED_ROLES = "roles.sql";

  private final Repository repository;
  private final ProjectFiles files;
  private final PostgresPrograms programs;
  private final Optional<Path> engine;
  private final Optional<ProjectCopy> copy;

  /// @param engine unpacked programs of Postgres, to which the folder gets a link; unpacked anew
  ///   when absent
  /// @param programs the Postgres that recovers the cluster, of the major version that wrote it
  public RestoreRun(
      Repository repository, ProjectFiles files, PostgresPrograms programs, Optional<Path> engine) {
    this(repository, files, programs, engine, Optional.empty());
  }

  private RestoreRun(
      Repository repository,
      ProjectFiles files,
      PostgresPrograms programs,
      Optional<Path> engine,
      Optional<ProjectCopy> copy) {
    this.engine = engine;
    this.repository = repository;
    this.files = files;
    this.programs = programs;
    this.copy = copy;
  }

  /// The same into the folder of another project of the same Stabbur.
  RestoreRun as(ProjectCopy other) {
    return new RestoreRun(repository, files, programs, engine, Optional.of(other));
  }

  /// The unpacked programs of a project's own Postgres, where it has one; for a scratch folder that
  /// is deleted before they are.
  static Optional<Path> engineOf(Project project) {
    return Optional.of(project.folder().resolve("engine")).filter(Files::exists);
  }

  /// What a restore made.
  ///
  /// @param files how many files it wrote
  /// @param lacking how many rows name files that had no bytes when the backup was made
  public record Restored(Backup backup, long files, long lacking) {}

  /// The files that the repository holds for a restored copy, by path.
  record Copied(Restored restored, Map<String, FileEntry> index) {}

  /// Which files are brought back.
  public enum Bytes {
    WRITTEN,
    /// read and compared, and written nowhere
    CHECKED,
    /// not looked at
    LEFT
  }

  /// Restores into a folder that is empty or does not exist.
  ///
  /// @throws DamagedException when the repository is not whole, or its key is another
  /// @throws IOException when the folder cannot be used, or the target is not in the log
  public Restored into(Path folder, RestoreTarget target, Bytes bytes) throws IOException {
    return copied(folder, target, bytes).restored();
  }

  /// The same, and which files there are.
  Copied copied(Path folder, RestoreTarget target, Bytes bytes) throws IOException {
    var catalog =
        Catalog.read(repository)
            .orElseThrow(() -> new DamagedException("There is no backup in this place"));
    var log = LogChain.of(repository, catalog, target);
    var manifest = Manifest.read(repository, log.base());
    var keys = KeyFiles.read(repository);
    var index = log.files();
    requireEmpty(folder);
    var work = folder.resolve(WORK);
    try {
      prepare(work);
      copy.map(other -> other.keys(keys)).orElse(keys).writeTo(work);
      if (!manifest.seals().isEmpty()) {
        DurableFile.write(work.resolve("audit-seals.json"), manifest.seals());
      }
      var project = copy.map(ProjectCopy::name).orElse(catalog.project());
      var restored =
          log.base().isDump()
              ? dumped(work, manifest, index, project, bytes)
              : database(work, keys, log, manifest, index, project, bytes);
      settle(work, folder);
      return new Copied(restored, index);
    } catch (IOException | RuntimeException e) {
      Trees.delete(work);
      throw e;
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var children = Files.list(folder)) {
      // a volume of its own has this folder from the beginning
      var found = children.filter(child -> !child.endsWith("lost+found")).findFirst();
      if (found.isPresent()) {
        throw new IOException(
            "The folder %s is not empty (it has %s); restore into a new one"
                .formatted(folder, found.get().getFileName()));
      }
    }
  }

  private void prepare(Path work) throws IOException {
    var distrust = OwnFolder.create(work);
    if (distrust.isPresent()) {
      throw new IOException("The folder %s is not safe, %s".formatted(work, distrust.get()));
    }
    if (engine.isPresent()) {
      Files.createSymbolicLink(work.resolve("engine"), engine.get().toRealPath());
    }
  }

  private void cluster(Path work, Manifest manifest, Bytes bytes) throws IOException {
    var cluster = work.resolve("postgres");
    Files.createDirectory(cluster);
    Files.setPosixFilePermissions(cluster, PosixFilePermissions.fromString("rwx------"));
    archive(manifest, bytes, in -> ClusterArchive.extract(in, cluster));
    Files.writeString(cluster.resolve("recovery.signal"), "");
  }

  private interface Reader {
    void read(InputStream in) throws IOException;
  }

  /// @param bytes written where somebody waits for the restore, who then gets two processors
  private void archive(Manifest manifest, Bytes bytes, Reader reader) throws IOException {
    var sha = Crypto.sha256();
    var name = manifest.backup().object("database");
    try (var in =
        bytes == Bytes.WRITTEN
            ? Repository.ahead(new DigestInputStream(repository.readStreamAhead(name), sha))
            : new DigestInputStream(repository.readStream(name), sha)) {
      reader.read(in);
    }
    if (!HexFormat.of().formatHex(sha.digest()).equals(manifest.archiveSha256())) {
      throw new DamagedException("The archive of the database is not the one of its manifest");
    }
  }

  /// A database that somebody else ran is not made anew here: whoever restores it decides where,
  /// and as whom its definitions run.
  private Restored dumped(
      Path work, Manifest manifest, Map<String, FileEntry> index, String project, Bytes bytes)
      throws IOException {
    var roles =
        repository
            .read(manifest.backup().object("roles"))
            .orElseThrow(() -> new DamagedException("The backup lacks its roles"));
    writeOwn(work.resolve(DUMPED_ROLES), new ByteArrayInputStream(roles));
    archive(manifest, bytes, in -> writeOwn(work.resolve(DUMP), in));
    var store = new StoreSettings.Folder(work.resolve("objects"));
    try (var target = files.open(store, project);
        var restoring =
            new OwnedFiles(repository, index, new FileCopies(repository, target), bytes)) {
      index.values().forEach(entry -> restoring.accept(entry.version()));
      return new Restored(manifest.backup(), restoring.finish(), restoring.lacking());
    }
  }

  /// Into a new file that nobody else may read, from its beginning on.
  private static void writeOwn(Path file, InputStream in) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var out = Channels.newOutputStream(Files.newByteChannel(file, options, ownerOnly))) {
      in.transferTo(out);
    }
  }

  private Restored database(
      Path work,
      KeyFiles keys,
      LogChain log,
      Manifest manifest,
      Map<String, FileEntry> index,
      String project,
      Bytes bytes)
      throws IOException {
    cluster(work, manifest, bytes);
    log.writeTo(work.resolve("postgres/pg_wal"));
    return recover(work, keys, log, index, project, bytes);
  }

  private Restored recover(
      Path work,
      KeyFiles keys,
      LogChain log,
      Map<String, FileEntry> index,
      String project,
      Bytes bytes)
      throws IOException {
    var password = Secret.of(keys.entry("superuser_password"));
    try (var postgres = recovered(work, password, log)) {
      claim(postgres, password);
      if (bytes == Bytes.LEFT) {
        return new Restored(log.base(), 0, 0);
      }
      var store = new StoreSettings.Folder(work.resolve("objects"));
      try (var superuser = Cluster.superuser(postgres.jdbcUrl(), password.reveal());
          var target = files.open(store, project);
          var restoring =
              new OwnedFiles(repository, index, new FileCopies(repository, target), bytes)) {
        superuser.transaction(
            Actor.of(EmbeddedPostgres.SUPERUSER),
            Access.READ,
            tx -> {
              files.owned(tx, restoring);
              return true;
            });
        return new Restored(log.base(), restoring.finish(), restoring.lacking());
      }
    }
  }

  /// Before anything else is done with the copy.
  private void claim(EmbeddedPostgres postgres, Secret password) {
    if (copy.isEmpty()) {
      return;
    }
    try (var superuser = Cluster.superuser(postgres.jdbcUrl(), password.reveal())) {
      superuser.transaction(
          Actor.of(EmbeddedPostgres.SUPERUSER),
          Access.WRITE,
          tx -> {
            copy.get().claim(tx);
            return true;
          });
    }
  }

  /// Postgres refuses a time after the last commit. Where the log is known to go on for longer
  /// without one, its end is the state of that time.
  private EmbeddedPostgres recovered(Path work, Secret password, LogChain log) throws IOException {
    try {
      return EmbeddedPostgres.recover(
          work, password, programs, log.target().settings(), RECOVERY_LIMIT);
    } catch (IOException e) {
      if (log.coversTarget()) {
        return EmbeddedPostgres.recover(work, password, programs, Map.of(), RECOVERY_LIMIT);
      }
      throw new IOException(
          "The database cannot be recovered to %s: %s"
              .formatted(log.target(), lastWords(work).orElse(String.valueOf(e.getMessage()))),
          e);
    }
  }

  /// Why Postgres gave up, from its log, which is deleted with the rest.
  private static Optional<String> lastWords(Path work) throws IOException {
    var log = work.resolve("postgres.log");
    if (!Files.exists(log)) {
      return Optional.empty();
    }
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
        .reduce((_, last) -> last)
        .map(line -> line.replaceFirst(".*(FATAL|PANIC): *", ""));
  }

  private static void settle(Path work, Path folder) throws IOException {
    try (var children = Files.list(work)) {
      for (var child : children.toList()) {
        if (child.endsWith("stabbur.lock")) {
          Files.delete(child);
        } else {
          Files.move(child, folder.resolve(child.getFileName()));
        }
      }
    }
    Files.delete(work);
  }
}
