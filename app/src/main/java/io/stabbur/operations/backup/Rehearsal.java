package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.Trees;
import io.stabbur.project.FileKeys;
import io.stabbur.project.PostgresSettings;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.Projects;
import io.stabbur.project.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Function;

/// Proves backups by restoring them: the newest state into a scratch folder, started there as a
/// project, asked for a value that only its own keys open, its rows counted and compared, every
/// file that they name read from the repository. The scratch folder is deleted at the end. Dumps
/// are proven by [DumpRehearsal].
public final class Rehearsal {
  private static final Actor SUPERUSER = Actor.of(EmbeddedPostgres.SUPERUSER);

  private final Projects projects;
  private final PostgresSettings postgres;
  private final ProjectFiles files;

  Rehearsal(Projects projects, PostgresSettings postgres, ProjectFiles files) {
    this.projects = projects;
    this.postgres = postgres;
    this.files = files;
  }

  /// What was proven.
  ///
  /// @param tables how many tables were counted and compared
  /// @param leftOut how many definitions of a dump only a superuser may make, and were not made
  public record Proven(Backup backup, long files, int tables, long leftOut, Duration took) {
    JsonNode json() {
      return new Fields()
          .put("backup", backup.id())
          .put("kind", backup.isDump() ? "dump" : "base")
          .put("files", files)
          .put("tables", tables)
          .put("left_out", leftOut)
          .put("seconds", took.toSeconds())
          .json();
    }
  }

  /// @throws DamagedException when the restored copy is not what was backed up
  Proven run(Project project, Repository repository) throws IOException {
    var began = Instant.now();
    var scratch = Scratch.ofRehearsal(project);
    Trees.delete(scratch);
    try {
      var engine = RestoreRun.engineOf(project);
      var restored =
          new RestoreRun(repository, files, postgres.programs(), engine)
              .into(
                  Projects.folder(scratch, project.name()),
                  new RestoreTarget.Latest(),
                  RestoreRun.Bytes.CHECKED);
      int tables = compare(project, scratch, Manifest.read(repository, restored.backup()));
      return new Proven(
          restored.backup(), restored.files(), tables, 0, Duration.between(began, Instant.now()));
    } finally {
      Trees.delete(scratch);
    }
  }

  private int compare(Project project, Path scratch, Manifest manifest) {
    try (var copy = projects.openCopy(project, scratch)) {
      Proof.require(FileKeys.of(copy), new StatusRow(copy).proof(), manifest.backup());
      return compareRows(project, copy, manifest);
    } catch (StartFailure e) {
      throw new DamagedException("The restored copy does not start: " + e.getMessage());
    }
  }

  /// A table in which nothing was inserted or deleted since the backup must have the rows it had;
  /// in others the number may differ by as many rows as were.
  private static int compareRows(Project project, Project copy, Manifest manifest) {
    var restored = read(copy, Cluster::rows);
    var now = read(project, Cluster::rows);
    var changed = read(project, Cluster::changes);
    var wrong = new ArrayList<String>();
    int compared = 0;
    for (var table : manifest.rows().keySet()) {
      var before = manifest.changes().get(table);
      var after = changed.get(table);
      if (before == null || after == null || after < before || !now.containsKey(table)) {
        continue; // made, dropped or grown large meanwhile, or the counters began anew
      }
      compared++;
      var count = restored.getOrDefault(table, -1L);
      if (!isPossible(
          count,
          manifest.rows().getOrDefault(table, 0L),
          now.getOrDefault(table, 0L),
          after - before)) {
        wrong.add(table);
      }
    }
    if (!wrong.isEmpty()) {
      throw new DamagedException(
          "The restored copy has another number of rows in %s".formatted(String.join(", ", wrong)));
    }
    return compared;
  }

  private static boolean isPossible(long restored, long then, long now, long changes) {
    return changes == 0
        ? restored == then
        : restored >= Math.max(0, Math.min(then, now) - changes)
            && restored <= Math.max(then, now) + changes;
  }

  private static Map<String, Long> read(
      Project project, Function<Transaction, Map<String, Long>> query) {
    try (var superuser = Cluster.superuser(project)) {
      return superuser.transaction(SUPERUSER, Access.READ, query::apply);
    }
  }
}
