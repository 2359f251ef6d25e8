package io.stabbur.operations.backup;

import io.stabbur.operations.backup.BaseBackup.Taken;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ClientPrograms;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Copies a project whose database somebody else runs into a repository: what `pg_dump` writes of
/// one snapshot, by the login of the project's owner and without a superuser, then the files that
/// rows of that snapshot name, then the manifest. There is no log: what was committed since is in
/// the next one.
final class DumpBackup {
  private static final int CONNECTIONS = 2;
  private static final int MOST_NAMES = 20;
  private static final Statement UNREADABLE =
      Statement.of(SqlFile.of(DumpBackup.class, "unreadable"));
  private static final Statement ROLES = Statement.of(SqlFile.of(DumpBackup.class, "roles"));
  private static final Statement SNAPSHOT =
      Statement.of("select clock_timestamp(), pg_catalog.pg_export_snapshot()");

  private final Project project;
  private final Repository repository;
  private final ProjectFiles files;

  DumpBackup(Project project, Repository repository, ProjectFiles files) {
    this.project = project;
    this.repository = repository;
    this.files = files;
  }

  /// What was read of the database.
  private record Dumped(
      Instant at,
      long bytes,
      String sha256,
      String postgres,
      String schema,
      Map<String, Long> rows,
      Map<String, String> keyChecks,
      List<ProjectFiles.Version> versions) {}

  /// Makes a backup and stores everything but the catalog, which names it.
  ///
  /// @param begun its placeholder
  /// @param known files that the repository has, by path
  Taken take(Backup begun, Map<String, FileEntry> known) throws IOException {
    var status = new StatusRow(project);
    try (var _ = new BytesHold(status);
        var owner = owner()) {
      status.writeProof(Proof.seal(project, begun.id()));
      KeyFiles.in(project.folder()).write(repository);
      var dumped = dump(owner, begun);
      var index = new ArrayList<FileEntry>();
      long fresh =
          new NewFiles(project, repository, files)
              .copy(owner, actor(), dumped.versions(), begun, known, index);
      var missing = FileIndex.missing(index);
      var backup =
          new Backup(
              begun.id(),
              begun.startedAt(),
              dumped.at(),
              Backup.NO_TIMELINE,
              "",
              "",
              "",
              dumped.bytes(),
              (long) index.size() - missing.size(),
              fresh,
              FileIndex.bytes(index));
      FileIndex.write(repository, backup.object("files"), index);
      KeyFiles.in(project.folder()).write(repository);
      manifest(backup, dumped, missing).write(repository);
      repository.deleteStream(begun.object("copied"));
      return new Taken(backup, missing);
    }
  }

  private Manifest manifest(Backup backup, Dumped dumped, List<String> missing) throws IOException {
    return new Manifest(
        backup,
        identity(project),
        dumped.postgres(),
        BaseBackup.version(),
        dumped.schema(),
        dumped.sha256(),
        dumped.keyChecks(),
        Map.of(),
        dumped.rows(),
        missing,
        BaseBackup.seals(project));
  }

  private Dumped dump(Database owner, Backup begun) throws IOException {
    var program = program().program();
    try {
      return owner.transaction(
          DumpLock.lasting(owner, owner.login()).with("statement_timeout", "0"),
          Access.READ,
          Batch.Isolation.REPEATABLE_READ,
          tx -> dump(tx, program, owner.login(), begun));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /// All of one snapshot, whose transaction stays open meanwhile.
  private Dumped dump(Transaction tx, Path program, Login login, Backup begun) {
    record Snapshot(Instant at, String name) {}
    var snapshot =
        tx.first(
                SNAPSHOT,
                row ->
                    new Snapshot(
                        row.getObject(1, OffsetDateTime.class).toInstant(), row.getString(2)))
            .orElseThrow();
    requireReadable(tx);
    var sha = Crypto.sha256();
    repository.write(begun.object("roles"), text(tx, ROLES).getBytes(StandardCharsets.UTF_8));
    long bytes;
    try (var out = new DigestOutputStream(repository.writeStream(begun.object("database")), sha)) {
      bytes = DatabaseDump.write(program, login, snapshot.name(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var versions = new ArrayList<ProjectFiles.Version>();
    files.owned(tx, versions::add);
    return new Dumped(
        snapshot.at(),
        bytes,
        HexFormat.of().formatHex(sha.digest()),
        text(tx, Statement.of("select current_setting('server_version')")),
        text(tx, Cluster.SCHEMA),
        Cluster.rows(tx),
        Cluster.keyChecks(tx),
        versions);
  }

  private static String text(Transaction tx, Statement statement) {
    return tx.first(statement, row -> String.valueOf(row.getString(1))).orElse("");
  }

  /// A dump without something that the owner may not read would be none of the database.
  ///
  /// @throws IOException with the names of what it may not read
  void requireReadable() throws IOException {
    try (var owner = owner()) {
      owner.transaction(
          actor(),
          Access.READ,
          tx -> {
            requireReadable(tx);
            return true;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void requireReadable(Transaction tx) {
    var names = tx.list(UNREADABLE, row -> String.valueOf(row.getString(1)));
    if (!names.isEmpty()) {
      var more =
          names.size() > MOST_NAMES ? " and %d more".formatted(names.size() - MOST_NAMES) : "";
      throw new UncheckedIOException(
          new IOException(
              "The role %s may not read %s%s, which a dump would lack: grant it select on them, and usage on their schemas"
                  .formatted(
                      project.admin().login().user(),
                      String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES))),
                      more)));
    }
  }

  /// The program that writes the dump.
  ///
  /// @throws io.stabbur.platform.error.StartFailure where none that is installed suits the server
  ClientPrograms.Found program() {
    try (var owner = owner()) {
      int version =
          owner
              .transaction(
                  actor(),
                  Access.READ,
                  tx ->
                      tx.first(
                          Statement.of("select current_setting('server_version_num')::int / 10000"),
                          row -> row.getInt(1)))
              .orElseThrow();
      return ClientPrograms.installed().suiting("pg_dump", version, false);
    }
  }

  /// What tells the database from copies of it.
  static String identity(Project project) {
    return project
        .admin()
        .transaction(
            Actor.of(project.admin().login().user()),
            Access.READ,
            tx -> text(tx, Statement.of("select id::text from stabbur.project_identity")));
  }

  /// A pool of its own: a dump may take hours.
  private Database owner() {
    var login = project.admin().login();
    return Database.open(
        new Login(
            login.url(), login.user(), login.password(), CONNECTIONS, Duration.ofSeconds(10)));
  }

  private Actor actor() {
    return Actor.of(project.admin().login().user())
        .with("statement_timeout", "0")
        .with("idle_in_transaction_session_timeout", "0");
  }
}
