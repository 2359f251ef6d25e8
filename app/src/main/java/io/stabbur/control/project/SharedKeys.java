package io.stabbur.control.project;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.DurableFile;
import io.stabbur.project.KeyFolder;
import io.stabbur.project.Projects;
import io.stabbur.project.ServerSettings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The key files of added projects, which each process has in its data folder and the control
/// database has for all of them. A rotation changes the files of one process: from there they go to
/// the row, and from the row to the others. A file beside them says at which content folder and row
/// last agreed, so that of two that differ the changed one is known.
@Singleton
final class SharedKeys {
  private static final String AGREED = "keys.agreed";

  /// Beside keys that were made for a project that is not added yet.
  private static final String TRIED = "keys.tried";

  private static final Logger LOG = LoggerFactory.getLogger(SharedKeys.class);

  private final ProjectRows rows;
  private final ServerSettings server;
  private final Clock clock;

  /// When the files of each project were written, as far as they were looked at.
  private final Map<String, FileTime> seen = new ConcurrentHashMap<>();

  SharedKeys(ProjectRows rows, ServerSettings server, Clock clock) {
    this.rows = rows;
    this.server = server;
    this.clock = clock;
  }

  /// The files that a project has here; empty where it has none.
  Map<String, String> here(String project) {
    return KeyFolder.read(folder(project));
  }

  /// Whether a folder has the keys of an earlier project of the name; where it has none, those that
  /// are made there from now on are of the project that is being added, until [#added].
  boolean areOfEarlier(String project) {
    var tried = folder(project).resolve(TRIED);
    try {
      if (here(project).isEmpty()) {
        StartFailure.requireSafe(folder(project));
        DurableFile.write(tried, "");
      }
      return !Files.exists(tried);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A project was added: the keys in its folder are its own.
  void added(String project) {
    try {
      Files.deleteIfExists(folder(project).resolve(TRIED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The projects whose files were written since they were looked at.
  List<String> changed() {
    return seen.keySet().stream().filter(name -> !written(name).equals(seen.get(name))).toList();
  }

  private FileTime written(String project) {
    return KeyFolder.written(folder(project));
  }

  void forget(String project) {
    seen.remove(project);
  }

  /// Makes the folder and the row of a project the same.
  ///
  /// @return the files that count
  synchronized Map<String, String> agree(ProjectRow row) {
    var written = written(row.name());
    var files = agreeNow(row);
    seen.put(row.name(), written);
    return files;
  }

  private Map<String, String> agreeNow(ProjectRow row) {
    var there = ProjectDesk.map(row.files());
    var here = here(row.name());
    if (!here.equals(there)) {
      return settle(row, here, there);
    }
    if (!here.isEmpty() && !agreed(row.name()).equals(Optional.of(mark(here)))) {
      note(row.name(), here);
    }
    return here;
  }

  private Map<String, String> settle(
      ProjectRow row, Map<String, String> here, Map<String, String> there) {
    var agreed = agreed(row.name());
    boolean areOfEarlier = !there.isEmpty() && !KeyFolder.areOfOneProject(here, there);
    if (here.isEmpty() || areOfEarlier || agreed.equals(Optional.of(mark(here)))) {
      KeyFolder.replace(folder(row.name()), there);
      note(row.name(), there);
      return there;
    }
    // without a mark the files are older than it, and what they seal is lost without them
    if (agreed.isEmpty() || agreed.equals(Optional.of(mark(there)))) {
      if (rows.changeFiles(row.name(), row.files(), ProjectDesk.text(here), clock.instant()) == 1) {
        note(row.name(), here);
      }
      return here;
    }
    LOG.error(
        "The keys of project {} were changed here and in another process at the same time; its"
            + " folder keeps its own. Restart this process with an empty folder of the project to"
            + " take the others.",
        row.name());
    return here;
  }

  private Path folder(String project) {
    return Projects.folder(server.data(), project);
  }

  private Optional<String> agreed(String project) {
    var file = folder(project).resolve(AGREED);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A row has the files, so they are those of a project that was added, be it in another process
  /// or by one that ended before it noted so.
  private void note(String project, Map<String, String> files) {
    added(project);
    try {
      DurableFile.write(folder(project).resolve(AGREED), mark(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mark(Map<String, String> files) {
    return Crypto.sha256Hex(ProjectDesk.text(files));
  }
}
