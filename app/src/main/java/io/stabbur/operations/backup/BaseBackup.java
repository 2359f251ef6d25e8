package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Copies an embedded project into a repository while it is served: the cluster between
/// `pg_backup_start` and `pg_backup_stop` with the log that was written meanwhile, then the files
/// that the repository lacks, then the manifest. Each step relies on the one before: a file that a
/// row of the copy names was complete before the row was committed, and no bytes are removed until
/// the end.
final class BaseBackup {
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final Actor SUPERUSER = Actor.of(EmbeddedPostgres.SUPERUSER);

  private final Project project;
  private final Repository repository;
  private final ProjectFiles files;

  BaseBackup(Project project, Repository repository, ProjectFiles files) {
    this.project = project;
    this.repository = repository;
    this.files = files;
  }

  /// What was copied of the cluster.
  private record Copied(String start, String stop, long bytes, String sha256, Cluster cluster) {}

  /// What a backup that begins now is called before anything of it is stored.
  static Backup placeholder() {
    var startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new Backup(ID.format(startedAt), startedAt, startedAt, 0, "", "", "", 0, 0, 0, 0);
  }

  /// When the backup of this name was begun.
  static Instant startedAt(String id) {
    return ID.parse(id, Instant::from);
  }

  /// A complete backup.
  ///
  /// @param missing paths of files that rows name and whose bytes are nowhere
  record Taken(Backup backup, List<String> missing) {}

  /// Makes a backup and stores everything but the catalog, which names it.
  ///
  /// @param begun its placeholder
  /// @param known files that the repository has, by path
  /// @param chainFrom where the shipped log stood before; empty where none is shipped
  Taken take(Backup begun, Map<String, FileEntry> known, String chainFrom) throws IOException {
    var status = new StatusRow(project);
    var startedAt = begun.startedAt();
    var id = begun.id();
    try (var _ = new BytesHold(status);
        var superuser = Cluster.superuser(project)) {
      status.writeProof(Proof.seal(project, id));
      KeyFiles.in(project.folder()).write(repository);
      var changes = read(superuser, Cluster::changes);
      var copied = copyCluster(superuser, id);
      var endedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      var rows = read(superuser, Cluster::rows);
      var index = new ArrayList<FileEntry>();
      long fresh =
          new NewFiles(project, repository, files)
              .copy(superuser, SUPERUSER, versions(superuser), begun, known, index);
      var missing = FileIndex.missing(index);
      var backup =
          new Backup(
              id,
              startedAt,
              endedAt,
              copied.cluster().timeline(),
              copied.start(),
              copied.stop(),
              chainFrom,
              copied.bytes(),
              (long) index.size() - missing.size(),
              fresh,
              FileIndex.bytes(index));
      FileIndex.write(repository, backup.object("files"), index);
      KeyFiles.in(project.folder()).write(repository);
      manifest(superuser, backup, copied, changes, rows, missing).write(repository);
      repository.deleteStream(begun.object("copied"));
      return new Taken(backup, missing);
    }
  }

  private Manifest manifest(
      Database superuser,
      Backup backup,
      Copied copied,
      Map<String, Long> changes,
      Map<String, Long> rows,
      List<String> missing)
      throws IOException {
    return new Manifest(
        backup,
        copied.cluster().systemId(),
        copied.cluster().version(),
        version(),
        copied.cluster().schema(),
        copied.sha256(),
        read(superuser, Cluster::keyChecks),
        changes,
        rows,
        missing,
        seals(project));
  }

  /// The newest seals of the audit log; empty where there are none.
  static String seals(Project project) throws IOException {
    var seals = project.folder().resolve("audit-seals.json");
    return Files.exists(seals) ? Files.readString(seals) : "";
  }

  /// Of this program.
  static String version() {
    var version = BaseBackup.class.getPackage().getImplementationVersion();
    return version == null ? "of this source tree" : version;
  }

  private static <T> T read(Database superuser, java.util.function.Function<Transaction, T> query) {
    return superuser.transaction(SUPERUSER, Access.READ, query::apply);
  }

  private Copied copyCluster(Database superuser, String id) throws IOException {
    try {
      return superuser.transaction(SUPERUSER, Access.WRITE, tx -> copyCluster(tx, id));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /// In one session, since the end of a session ends its backup. The slot keeps the log that is
  /// written meanwhile, and ends with the session.
  private Copied copyCluster(Transaction tx, String id) {
    var sha = Crypto.sha256();
    try (var out =
            new DigestOutputStream(repository.writeStream("backups/" + id + "/database"), sha);
        var archive = new ClusterArchive(out)) {
      tx.update(Statement.of("set local statement_timeout = 0"));
      tx.update(Statement.of("set local idle_in_transaction_session_timeout = 0"));
      text(
          tx,
          "select lsn::text from pg_create_physical_replication_slot(?, true, true)",
          "stabbur_backup_" + id.toLowerCase(java.util.Locale.ROOT));
      var start = text(tx, "select pg_backup_start(?, true)::text", "stabbur " + id);
      var cluster = Cluster.of(tx);
      archive.addCluster(folder());
      var stop =
          tx.first(
                  Statement.of(
                      "select lsn::text, labelfile, spcmapfile from pg_backup_stop(false)"),
                  row -> new String[] {row.getString(1), row.getString(2), row.getString(3)})
              .orElseThrow();
      archive.addText("backup_label", stop[1]);
      addLog(archive, cluster, Lsn.parse(start), Lsn.parse(stop[0]));
      addTimelines(archive);
      archive.close();
      return new Copied(
          start, stop[0], archive.bytes(), HexFormat.of().formatHex(sha.digest()), cluster);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Transaction tx, String sql, String value) {
    return tx.first(Statement.of(sql, value), row -> String.valueOf(row.getString(1))).orElse("");
  }

  /// The log from the start to the stop: complete files, since the stop switches to a new one.
  private void addLog(ClusterArchive archive, Cluster cluster, Lsn start, Lsn stop)
      throws IOException {
    long last = stop.plus(-1).segment(cluster.segmentSize());
    for (long segment = start.segment(cluster.segmentSize()); segment <= last; segment++) {
      var name = Lsn.fileName(cluster.timeline(), segment, cluster.segmentSize());
      var file = folder().resolve("pg_wal").resolve(name);
      if (!Files.exists(file)) {
        throw new IOException("the write-ahead log %s is gone".formatted(name));
      }
      archive.addFile("pg_wal/" + name, file);
    }
  }

  /// How timelines followed each other: a cluster that was restored before is not on its first.
  private void addTimelines(ClusterArchive archive) throws IOException {
    try (var files = Files.newDirectoryStream(folder().resolve("pg_wal"), "*.history")) {
      for (var file : files) {
        archive.addFile("pg_wal/" + file.getFileName(), file);
      }
    }
  }

  private Path folder() {
    return project.folder().resolve("postgres");
  }

  /// Every version that there is: some are of rows that came after the copy of the cluster.
  private List<ProjectFiles.Version> versions(Database superuser) {
    var wanted = new ArrayList<ProjectFiles.Version>();
    return superuser.transaction(
        SUPERUSER,
        Access.READ,
        tx -> {
          files.versions(tx, null, wanted::add);
          return wanted;
        });
  }
}
