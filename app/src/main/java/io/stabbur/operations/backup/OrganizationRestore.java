package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.organization.rows.OrganizationRows;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.Trees;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.PostgresSettings;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.ProjectFiles.Version;
import io.stabbur.project.Projects;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Restores one organization into the running project: the backup into a scratch folder, opened
/// there as a project, then the organization's files and rows from that copy. The scratch folder is
/// deleted at the end.
public final class OrganizationRestore {
  /// How long the bytes of files may wait for their rows.
  private static final Duration BYTES_KEPT = Duration.ofDays(1);

  private final Projects projects;
  private final PostgresSettings postgres;
  private final ProjectFiles files;
  private final OrganizationSchemas schemas;

  OrganizationRestore(
      Projects projects,
      PostgresSettings postgres,
      ProjectFiles files,
      OrganizationSchemas schemas) {
    this.projects = projects;
    this.postgres = postgres;
    this.files = files;
    this.schemas = schemas;
  }

  /// What is asked for.
  ///
  /// @param except tables that stay as they are, such as `public.classes`
  /// @param hasMembers whether memberships and invitations are restored, too
  /// @param isApplied whether it is done; else it is tried, and taken back
  public record Request(
      UUID organization,
      RestoreTarget target,
      Set<String> except,
      boolean hasMembers,
      boolean isApplied) {
    public Request {
      except = Set.copyOf(except);
    }
  }

  /// What was done, or would be.
  ///
  /// @param files how many files of the organization the backup has, and how many of them had to be
  ///   written
  public record Report(Request request, Backup backup, OrganizationRows.Result rows, Files files) {
    JsonNode json() {
      return new Fields()
          .put("organization", request.organization().toString())
          .put("backup", backup.id())
          .put("applied", JsonNode.createBooleanNode(request.isApplied()))
          .put("tables", rows.tables(), Report::json)
          .put("people", rows.people(), Report::json)
          .put("left_out", Fields.texts(rows.leftOut()))
          .put(
              "files",
              new Fields()
                  .put("in_backup", files.all())
                  .put("written", files.written())
                  .put("lacking", files.lacking())
                  .json())
          .json();
    }

    private static JsonNode json(OrganizationRows.Person person) {
      return new Fields()
          .put("user_id", person.id().toString())
          .put("email", person.address())
          .json();
    }

    private static JsonNode json(OrganizationRows.Rows rows) {
      return new Fields()
          .put("table", rows.table())
          .put("same", rows.same())
          .put("added", rows.added())
          .put("changed", rows.changed())
          .put("removed", rows.removed())
          .put("left_out", rows.leftOut())
          .json();
    }
  }

  /// Files of the organization.
  ///
  /// @param lacking those without bytes when the backup was made
  public record Files(long all, long written, long lacking) {}

  Report run(Project project, Repository repository, Request request) throws IOException {
    var schema = schemas.require(project);
    var scratch = Scratch.ofOrganization(project);
    if (Catalog.read(repository).flatMap(Catalog::newest).filter(Backup::isDump).isPresent()) {
      throw BackupError.conflict(
          "backup_is_dump",
          "One organization is restored from base backups alone, and there are dumps of this"
              + " project; nothing was written");
    }
    Trees.delete(scratch);
    try {
      var copied =
          new RestoreRun(repository, files, postgres.programs(), RestoreRun.engineOf(project))
              .copied(
                  Projects.folder(scratch, project.name()),
                  request.target(),
                  RestoreRun.Bytes.LEFT);
      var backup = copied.restored().backup();
      try (var copy = projects.openCopy(project, scratch)) {
        var written = bytes(project, copy, repository, copied.index(), request);
        var rows =
            new OrganizationRows(
                    project,
                    schema,
                    new OrganizationRows.Request(
                        request.organization(),
                        request.except(),
                        request.hasMembers(),
                        OrganizationRows.Kind.RESTORED,
                        Json.write(
                            new Fields()
                                .put("backup", backup.id())
                                .put("to", request.target().toString())
                                .json()),
                        !request.isApplied()))
                .run(copy);
        return new Report(request, backup, rows, written);
      } catch (StartFailure e) {
        throw new DamagedException("The restored copy does not start: " + e.getMessage());
      }
    } finally {
      Trees.delete(scratch);
    }
  }

  /// Bytes first: a row without them would be a broken file. Until the rows are committed a note
  /// says that nobody owns them.
  private Files bytes(
      Project project,
      Project copy,
      Repository repository,
      Map<String, FileEntry> index,
      Request request)
      throws IOException {
    if (request.except().contains("storage.objects")) {
      return new Files(0, 0, 0);
    }
    var wanted = versions(copy, request.organization());
    long written = 0;
    long lacking = 0;
    try (var store = files.open(project.store(), project.name())) {
      var copies = new FileCopies(repository, store);
      for (var version : wanted) {
        var entry = index.get(version.path());
        if (entry == null) {
          throw new DamagedException("A file of the organization is in no backup");
        }
        if (entry.isMissing()) {
          lacking++;
          continue;
        }
        if (request.isApplied()) {
          note(project, version);
        }
        if (isStored(store, version)) {
          continue;
        }
        if (request.isApplied()) {
          copies.restore(entry);
        } else {
          FileCopies.check(repository, entry);
        }
        written++;
      }
    }
    return new Files(wanted.size(), written, lacking);
  }

  private List<Version> versions(Project copy, UUID organization) {
    var folder = organization + "/";
    var wanted = new ArrayList<Version>();
    return copy.admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx -> {
              files.owned(
                  tx,
                  version -> {
                    if (version.name().startsWith(folder)) {
                      wanted.add(version);
                    }
                  });
              return wanted;
            });
  }

  private static boolean isStored(ProjectFiles.Store store, Version version) throws IOException {
    var bytes = store.read(version);
    if (bytes.isPresent()) {
      bytes.get().close();
    }
    return bytes.isPresent();
  }

  private static void note(Project project, Version version) {
    project
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        """
                        insert into stabbur_storage.byte_removals (bucket_id, name, version, due_at)
                        values (?, ?, ?, ?)
                        on conflict (bucket_id, name, version) do update set due_at = excluded.due_at\
                        """,
                        version.bucket(),
                        version.name(),
                        version.version(),
                        Instant.now().plus(BYTES_KEPT).atOffset(ZoneOffset.UTC))));
  }
}
