package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.file.Trees;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ClientPrograms;
import io.stabbur.project.FileKeys;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.EngineOptions;
import io.stabbur.project.embedded.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Proves the newest dump of a database that somebody else runs by restoring it into a scratch
/// server on this machine: every table has the rows that the manifest counted, the internal schema
/// the version it had, the keys open the value that was sealed in it, and every file is in the
/// repository with the bytes it had. The scratch server is deleted at the end.
///
/// What a dump defines are programs of somebody else, and so is the text of the dump. All of it
/// runs as a role that is no superuser and a member of no other role, which reaches no file,
/// program or other database of this machine. What only a superuser may make is left out and
/// counted.
final class DumpRehearsal {
  private static final String ROLE = "stabbur_rehearsal";
  private static final Actor SUPERUSER = Actor.of(EmbeddedPostgres.SUPERUSER);
  private static final Pattern VERSION = Pattern.compile("\\d{1,4}");
  private static final int CONNECTIONS = 2;

  /// Longest time of a rehearsal: what it runs is written by whoever runs the database.
  private static final Duration LONGEST = Duration.ofHours(6);

  /// The dump, the tables, and as much again for indexes and the log.
  private static final int ROOM = 3;

  private static final long KILOBYTE = 1024;
  private static final long MEGABYTE = 1_000_000;

  /// What Postgres needs for an empty cluster and the least of its log.
  private static final long LEAST_ROOM = 200 * MEGABYTE;

  /// It is deleted in the end: nothing of it has to reach the disk. Jobs that came along do not
  /// run.
  private static final Map<String, String> SETTINGS =
      Map.of(
          "fsync", "off",
          "synchronous_commit", "off",
          "full_page_writes", "off",
          "cron.launch_active_jobs", "off",
          "max_connections", "20",
          "shared_buffers", "128MB");

  private static final Statement EXTENSION_TABLES =
      Statement.of(
          """
          select n.nspname || '.' || c.relname
          from pg_depend d join pg_class c on c.oid = d.objid join pg_namespace n on n.oid = c.relnamespace
          where d.classid = 'pg_class'::regclass and d.deptype = 'e'\
          """);

  private final Repository repository;
  private final ProjectFiles files;
  private final PostgresPrograms configured;

  /// @param configured what embedded servers are here; another version is used for a dump of a
  ///   newer or an older server
  DumpRehearsal(Repository repository, ProjectFiles files, PostgresPrograms configured) {
    this.repository = repository;
    this.files = files;
    this.configured = configured;
  }

  /// Restores and compares.
  ///
  /// @throws DamagedException when the restored copy is not what was dumped
  /// @throws io.stabbur.platform.error.StartFailure where a program is missing or the scratch
  ///   server does not start
  /// @throws IOException when there is no room, or the dump cannot be restored here
  Rehearsal.Proven run(Project project) throws IOException {
    var began = Instant.now();
    var backup =
        Catalog.require(repository)
            .newest()
            .orElseThrow(() -> new DamagedException("There is no backup in this place"));
    var manifest = Manifest.read(repository, backup);
    int major = major(manifest.postgresVersion());
    var programs = configured.atLeast(major);
    var client = ClientPrograms.installed().suiting("pg_restore", major, false).program();
    var scratch = Scratch.ofRehearsal(project);
    Trees.delete(scratch);
    requireRoom(project.folder(), backup);
    try {
      var restored =
          new RestoreRun(repository, files, programs, RestoreRun.engineOf(project))
              .into(scratch, new RestoreTarget.Base(backup.id()), RestoreRun.Bytes.CHECKED);
      var keys = FileKeys.ofCopy(scratch, project.keys().masterKey());
      var password = Secret.of(Crypto.randomText(24));
      DatabaseDump.Restored definitions;
      int tables;
      try (var server =
          EmbeddedPostgres.start(scratch, null, password, options(programs, backup))) {
        var login = login(server, password, rolesIn(scratch));
        definitions =
            DatabaseDump.restore(client, login, scratch.resolve(RestoreRun.DUMP), left(began));
        tables = compare(login, manifest, keys, definitions.tables(), left(began));
      }
      return new Rehearsal.Proven(
          backup,
          restored.files(),
          tables,
          definitions.leftOut(),
          Duration.between(began, Instant.now()));
    } finally {
      Trees.delete(scratch);
    }
  }

  /// Of a version as the server itself says it, such as `17.6 (Debian 17.6-1)`.
  private static int major(String version) {
    var digits = VERSION.matcher(version);
    if (!digits.lookingAt()) {
      throw new DamagedException("The manifest of the dump names no version of Postgres");
    }
    return Integer.parseInt(digits.group());
  }

  private static EngineOptions options(PostgresPrograms programs, Backup backup) {
    var settings = new HashMap<>(SETTINGS);
    // what the dump runs must not fill the disk with results of its own: as much as one table's
    // sort
    settings.put("temp_file_limit", (backup.databaseBytes() + LEAST_ROOM) / KILOBYTE + "kB");
    return new EngineOptions(programs, List.of(), List.of(), null, null, settings);
  }

  private static void requireRoom(Path folder, Backup backup) throws IOException {
    long needed = backup.databaseBytes() * ROOM + LEAST_ROOM;
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < needed) {
      throw new IOException(
          "A rehearsal of this dump needs about %,d MB in %s, and %,d MB are free"
              .formatted(needed / MEGABYTE, folder, free / MEGABYTE));
    }
  }

  private static Set<String> rolesIn(Path scratch) throws IOException {
    return DumpedRoles.names(Files.readString(scratch.resolve(RestoreRun.DUMPED_ROLES)));
  }

  /// Makes the role that restores, and those that policies name, which may do nothing.
  private static Login login(EmbeddedPostgres server, Secret password, Set<String> others) {
    var own = Secret.of(Crypto.randomText(24));
    try (var superuser = Cluster.superuser(server.jdbcUrl(), password.reveal())) {
      superuser.transaction(
          SUPERUSER,
          Access.WRITE,
          tx -> {
            tx.update(
                new SqlText()
                    .add("create role ")
                    .name(ROLE)
                    // tables that force their policies on their owner are read and written, too
                    .add(" login bypassrls password ")
                    .literal(own.reveal())
                    .statement());
            tx.update(
                new SqlText().add("alter database postgres owner to ").name(ROLE).statement());
            var missing = new HashSet<>(others);
            missing.removeAll(
                tx.list(
                    Statement.of("select rolname from pg_roles"),
                    row -> String.valueOf(row.getString(1))));
            missing.forEach(
                name -> tx.update(new SqlText().add("create role ").name(name).statement()));
            return true;
          });
    }
    return new Login(server.jdbcUrl(), ROLE, own, CONNECTIONS, Duration.ofSeconds(10));
  }

  /// What is left of the time that a rehearsal may take.
  private static Duration left(Instant began) throws IOException {
    var left = LONGEST.minus(Duration.between(began, Instant.now()));
    if (left.toSeconds() < 1) {
      throw new IOException("The rehearsal took longer than %s".formatted(LONGEST));
    }
    return left;
  }

  private static int compare(
      Login login, Manifest manifest, FileKeys keys, Set<String> leftOut, Duration limit) {
    var reader = Actor.of(ROLE).with("statement_timeout", Long.toString(limit.toMillis()));
    try (var copy = Database.open(login.inCatalogOnly())) {
      return copy.transaction(reader, Access.READ, tx -> compare(tx, manifest, keys, leftOut));
    }
  }

  private static int compare(
      Transaction tx, Manifest manifest, FileKeys keys, Set<String> leftOut) {
    Proof.require(keys, text(tx, StatusRow.PROOF), manifest.backup());
    var schema = text(tx, Cluster.SCHEMA);
    if (!schema.equals(manifest.schemaVersion())) {
      throw new DamagedException(
          "The restored copy has the internal schema of %s and not of %s"
              .formatted(schema, manifest.schemaVersion()));
    }
    // their rows are those of the extension that is installed here
    var others = new HashSet<>(leftOut);
    others.addAll(tx.list(EXTENSION_TABLES, row -> String.valueOf(row.getString(1))));
    var restored = Cluster.rows(tx);
    var wrong = new ArrayList<String>();
    int compared = 0;
    for (var table : manifest.rows().entrySet()) {
      if (!others.contains(table.getKey())) {
        compared++;
        if (!table.getValue().equals(restored.get(table.getKey()))) {
          wrong.add(table.getKey());
        }
      }
    }
    if (!wrong.isEmpty()) {
      throw new DamagedException(
          "The restored copy has another number of rows in %s".formatted(String.join(", ", wrong)));
    }
    return compared;
  }

  private static String text(Transaction tx, Statement statement) {
    return tx.first(statement, row -> String.valueOf(row.getString(1))).orElse("");
  }
}
