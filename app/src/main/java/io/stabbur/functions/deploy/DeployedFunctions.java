package io.stabbur.functions.deploy;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.stabbur.functions.deploy.Deployment.Imports;
import io.stabbur.functions.deploy.FunctionRow.Stored;
import io.stabbur.functions.deploy.FunctionRow.VersionRow;
import io.stabbur.platform.db.SharedListener;
import io.stabbur.platform.file.Trees;
import io.stabbur.project.ApplianceFiles;
import io.stabbur.project.Notifications;
import io.stabbur.project.Project;
import io.stabbur.project.life.Chore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The deployed functions of a project, held in memory as one immutable snapshot, and their files
/// on this machine, fetched from the object store when they are first needed. A change counts here
/// before the call that made it returns, and in every other process when Postgres tells of it.
public final class DeployedFunctions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeployedFunctions.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
  private static final String CHANNEL = "stabbur_functions";

  /// Folders of deployments and fetches that are under way; what is older was left by a process
  /// that was killed.
  private static final String UNFINISHED = "{.staging,.archive,fetch}*";

  private static final String MARK = ".staging-";

  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Project project;
  private final ApplianceFiles files;
  private final FunctionRows rows;
  private final Path folder;
  private final List<Runnable> followers = new CopyOnWriteArrayList<>();
  private final Map<FunctionName, Ready> ready = new ConcurrentHashMap<>();
  private final ReentrantLock refreshing = new ReentrantLock();
  private final SharedListener.@Nullable Ear listener;
  private volatile Map<FunctionName, FunctionRow> snapshot = Map.of();

  private record Ready(FunctionRow row, Deployment deployment) {}

  DeployedFunctions(Project project, ApplianceFiles files) {
    this.project = project;
    this.files = files;
    this.rows = new FunctionRows(project);
    this.folder = project.folder().resolve("functions");
    if (project.settings().prepare()) {
      removeAbandoned(folder);
      refresh();
      var follow = project.chores().start(Chore.every(LOOK_AGAIN, "functions", this::refresh));
      listener = Notifications.of(project).listen(CHANNEL, _ -> follow.wake());
    } else {
      // a database that belongs to something else has no such tables
      listener = null;
    }
  }

  private static void removeAbandoned(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (var entries = Files.newDirectoryStream(folder)) {
      removeAbandonedIn(folder);
      for (var each : entries) {
        if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
          removeAbandonedIn(each);
        }
      }
    } catch (IOException e) {
      LOG.warn("What a killed deployment left in {} stays: {}", folder, e.toString());
    }
  }

  private static void removeAbandonedIn(Path folder) throws IOException {
    var before = Instant.now().minus(ABANDONED);
    try (var entries = Files.newDirectoryStream(folder, UNFINISHED)) {
      for (var each : entries) {
        if (Files.getLastModifiedTime(each).toInstant().isBefore(before)) {
          var name = String.valueOf(each.getFileName());
          if (name.startsWith(MARK)) {
            // one whose row was written after all is fetched again
            Trees.delete(each.resolveSibling(name.substring(MARK.length())));
          }
          Trees.delete(each);
        }
      }
    }
  }

  /// Runs `work` after each change of functions or secrets, in whatever process it was made.
  public void follow(Runnable work) {
    followers.add(work);
  }

  /// Reads the database anew; one at a time, so that an older reading never follows a newer one.
  public void refresh() {
    refreshing.lock();
    try {
      followers.forEach(Runnable::run);
      snapshot = rows.all().stream().collect(toUnmodifiableMap(FunctionRow::slug, row -> row));
      ready.keySet().retainAll(snapshot.keySet());
    } finally {
      refreshing.unlock();
    }
  }

  public List<FunctionRow> all() {
    return snapshot.values().stream()
        .sorted(Comparator.comparing(row -> row.slug().text()))
        .toList();
  }

  /// The version in use if its files are here; null where they must be fetched.
  @Nullable Known recent(FunctionName name) {
    var row = snapshot.get(name);
    if (row == null || row.version() == null) {
      return Known.ABSENT;
    }
    var here = ready.get(name);
    return here != null && here.row.equals(row) ? new Known(here.deployment) : null;
  }

  /// The version in use, with its files on this machine.
  public Optional<Deployment> find(FunctionName name) {
    var row = snapshot.get(name);
    var version = row == null ? null : row.version();
    if (row == null || version == null) {
      return Optional.empty();
    }
    var deployment = deployment(row, version, local(name, version));
    ready.put(name, new Ready(row, deployment));
    return Optional.of(deployment);
  }

  /// A version as it is started.
  ///
  /// @param place holds its files and its cache of imported modules
  public static Deployment deployment(FunctionRow row, VersionRow version, Path place) {
    return deployment(
        row.slug(),
        row.id(),
        Integer.toString(version.number()),
        version.entrypoint(),
        version.importMap(),
        place,
        row.verifyJwt());
  }

  /// A version that is to be tried.
  public static Deployment staged(FunctionName slug, Bundle bundle, Path place) {
    return deployment(
        slug, UUID.randomUUID(), "new", bundle.entrypoint(), bundle.importMap(), place, true);
  }

  private static Deployment deployment(
      FunctionName slug,
      UUID id,
      String version,
      String entrypoint,
      @Nullable String importMap,
      Path place,
      boolean verifyJwt) {
    var root = files(place);
    boolean config = importMap != null && importMap.matches("(.*/)?deno\\.jsonc?");
    return new Deployment(
        id,
        slug,
        version,
        root,
        List.of(root),
        root.resolve(entrypoint),
        config ? root.resolve(importMap) : null,
        importMap == null || config ? null : root.resolve(importMap),
        cache(place),
        Imports.CACHED,
        verifyJwt);
  }

  public static Path files(Path place) {
    return place.resolve("files");
  }

  public static Path cache(Path place) {
    return place.resolve("cache");
  }

  /// Where a version's files are on this machine.
  ///
  /// @param bundle key of its files in the object store
  public Path place(FunctionName slug, String bundle) {
    return folder.resolve(slug.text()).resolve(bundle.substring(bundle.lastIndexOf('/') + 1));
  }

  /// A file beside the place of a version while it is being deployed.
  public static Path markOf(Path place) {
    return place.resolveSibling(MARK + place.getFileName());
  }

  public Path folder() {
    return folder;
  }

  private synchronized Path local(FunctionName slug, VersionRow version) {
    var place = place(slug, version.bundle().key());
    try {
      if (Files.isDirectory(place)) {
        NpmConfig.withoutSecrets(files(place));
        return place;
      }
      Files.createDirectories(place.getParent());
      var fresh = Files.createTempDirectory(place.getParent(), "fetch");
      fetch(version.bundle(), files(fresh));
      fetch(version.cache(), cache(fresh));
      // versions that were stored before have all of their `.npmrc`
      NpmConfig.withoutSecrets(files(fresh));
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
      return place;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fetch(Stored stored, Path into) throws IOException {
    try (var archive = files.read(project, stored.key(), stored.bytes())) {
      Archive.unpack(archive, into);
    }
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
  }
}
