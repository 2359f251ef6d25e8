package io.stabbur.functions.manage;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.deploy.Bundle;
import io.stabbur.functions.deploy.BundleFiles;
import io.stabbur.functions.deploy.DeployedFunctions;
import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.deploy.Deployments;
import io.stabbur.functions.deploy.FunctionName;
import io.stabbur.functions.deploy.FunctionRow;
import io.stabbur.functions.deploy.FunctionRow.Stored;
import io.stabbur.functions.deploy.FunctionRows;
import io.stabbur.functions.deploy.FunctionRows.Activation;
import io.stabbur.functions.deploy.FunctionRows.NewVersion;
import io.stabbur.functions.deploy.NpmConfig;
import io.stabbur.functions.deploy.RemovedFiles;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.functions.supervise.DenoProgram;
import io.stabbur.functions.supervise.Supervisors;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.project.ApplianceFiles;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes versions of functions. What a version imports from elsewhere is fetched now, and it is
/// started once, before anything is stored: a version that cannot be loaded changes nothing.
@Singleton
public final class Deployer {
  private static final Duration FETCH_LIMIT = Duration.ofMinutes(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);

  private final DenoProgram program;
  private final Supervisors supervisors;
  private final Deployments deployments;
  private final ApplianceFiles store;
  private final RemovedFiles removed;
  private final ConfigRules configs;
  private final int keepVersions;
  private final Semaphore turns = new Semaphore(1);

  Deployer(
      DenoProgram program,
      Supervisors supervisors,
      Deployments deployments,
      ApplianceFiles store,
      RemovedFiles removed,
      FunctionsSettings settings) {
    this.program = program;
    this.supervisors = supervisors;
    this.deployments = deployments;
    this.store = store;
    this.removed = removed;
    this.configs = new ConfigRules(settings.importHosts());
    this.keepVersions = settings.keepVersions();
  }

  /// What is asked for.
  ///
  /// @param verifyJwt absent keeps what holds; a new function asks for a token
  public record Request(
      FunctionName slug,
      String name,
      @Nullable Boolean verifyJwt,
      Bundle bundle,
      Activation activation) {}

  /// Adds a version and, unless it is for later, uses it from now on. One deployment at a time.
  ///
  /// @return the number of the version
  public int deploy(Project project, Request request) {
    takeTurn();
    try {
      var deployed = deployments.deployed(project);
      var staging = staging(deployed);
      try {
        return deploy(project, deployed, request, staging);
      } finally {
        BundleFiles.delete(staging);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      turns.release();
    }
  }

  private void takeTurn() {
    try {
      if (!turns.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new ApiException(new Failure.Busy("Another deployment is under way"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(new Failure.Busy("The deployment was interrupted"));
    }
  }

  private static Path staging(DeployedFunctions deployed) throws IOException {
    Files.createDirectories(deployed.folder());
    return Files.createTempDirectory(deployed.folder(), ".staging");
  }

  private int deploy(Project project, DeployedFunctions deployed, Request request, Path staging)
      throws IOException {
    var bundle = request.bundle();
    configs.require(bundle);
    BundleFiles.write(bundle, DeployedFunctions.files(staging));
    Files.createDirectories(DeployedFunctions.cache(staging));
    requireFetched(request, staging);
    // no code of the version has run so far, and none is to find what the registries asked for
    NpmConfig.withoutSecrets(DeployedFunctions.files(staging));
    var key = "functions/" + request.slug() + "/" + UUID.randomUUID();
    var place = deployed.place(request.slug(), key);
    Files.createDirectories(place.getParent());
    // until the row is there, the place is nobody's
    var mark = Files.createFile(DeployedFunctions.markOf(place));
    try {
      Files.move(staging, place, StandardCopyOption.ATOMIC_MOVE);
      requireServing(project, request, place);
      int number = stored(project, request, key, place);
      deployed.refresh();
      return number;
    } finally {
      Files.deleteIfExists(mark);
    }
  }

  /// Puts the files into the store and the row into the database.
  private int stored(Project project, Request request, String key, Path place) throws IOException {
    var cacheKey = key + "-cache";
    try {
      var stored = store(project, place, key);
      var cached = store(project, place, cacheKey);
      return add(project, request, stored, cached);
    } catch (IOException | RuntimeException e) {
      forgetUnlessAdded(project, request.slug(), List.of(key, cacheKey), place);
      throw e;
    }
  }

  /// Removes what belongs to no version, since its row was not written. Where that is not known, or
  /// the store does not answer, it stays: the failure that led here is the one that is told.
  private void forgetUnlessAdded(
      Project project, FunctionName slug, List<String> keys, Path place) {
    try {
      boolean added =
          new FunctionRows(project)
              .versions(slug).stream()
                  .flatMap(row -> Optional.ofNullable(row.version()).stream())
                  .anyMatch(version -> keys.contains(version.bundle().key()));
      if (!added) {
        keys.forEach(key -> store.delete(project, key));
        BundleFiles.delete(place);
      }
    } catch (RuntimeException e) {
      LOG.warn("Files of a failed deployment stay in the store: {} ({})", keys, e.toString());
    }
  }

  private int add(Project project, Request request, Stored stored, Stored cached) {
    var bundle = request.bundle();
    var rows = new FunctionRows(project);
    int number =
        rows.add(
            new NewVersion(
                request.slug(),
                request.name(),
                request.verifyJwt(),
                bundle.entrypoint(),
                bundle.importMap(),
                names(bundle),
                BundleFiles.sha256(bundle),
                program.version(),
                stored,
                cached,
                request.activation()));
    rows.prune(request.slug(), keepVersions);
    return number;
  }

  /// Fetches the imports.
  private void requireFetched(Request request, Path staging) throws IOException {
    var deployment = DeployedFunctions.staged(request.slug(), request.bundle(), staging);
    requireOwnModules(request, deployment, staging);
    var fetched = program.cache(deployment, FETCH_LIMIT);
    if (fetched.code() != 0) {
      throw refused(request, fetched.text() + fetched.errors(), staging);
    }
  }

  /// Starts the version once, in its place: what V8 compiles is kept by the paths of the files, so
  /// the first call finds it.
  private void requireServing(Project project, Request request, Path place) {
    boolean serves = false;
    try {
      var deployment = DeployedFunctions.staged(request.slug(), request.bundle(), place);
      var report = supervisors.of(project).rehearse(deployment);
      if (report.isPresent()) {
        throw refused(request, report.get(), place);
      }
      program.checkpoint(deployment);
      serves = true;
    } finally {
      if (!serves) {
        BundleFiles.delete(place);
      }
    }
  }

  /// Refuses a version that imports a file of this machine which is not its own. Nothing is told of
  /// what the graph says beside: it may hold lines of such a file.
  private void requireOwnModules(Request request, Deployment deployment, Path staging)
      throws IOException {
    var told = program.graph(deployment, FETCH_LIMIT);
    if (told.code() != 0) {
      throw refused(request, told.errors(), staging);
    }
    var graph =
        ModuleGraph.parse(told.text())
            .orElseThrow(() -> refused(request, "its imports cannot be resolved", staging));
    var outside = graph.firstOutside(deployment.root());
    if (outside.isPresent()) {
      throw refused(
          request,
          "it imports " + outside.get() + ", which is not part of the deployment",
          staging);
    }
  }

  private static ApiException refused(Request request, String report, Path staging) {
    var text =
        report
            .replace("file://" + DeployedFunctions.files(staging) + "/", "")
            .replace(staging.toString(), "")
            .strip();
    return new ApiException(
        new FunctionError.Rejected(
            "The function %s cannot be loaded: %s"
                .formatted(request.slug(), text.isEmpty() ? "it does not serve in time" : text)));
  }

  private Stored store(Project project, Path staging, String key) throws IOException {
    boolean cache = key.endsWith("-cache");
    var archive = Files.createTempFile(staging.getParent(), ".archive", ".zip");
    try {
      if (cache) {
        BundleFiles.packCache(DeployedFunctions.cache(staging), archive);
      } else {
        BundleFiles.pack(DeployedFunctions.files(staging), archive);
      }
      long bytes = Files.size(archive);
      try (InputStream in = Files.newInputStream(archive)) {
        store.write(project, key, in, bytes);
      }
      return new Stored(key, bytes);
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  private static String names(Bundle bundle) {
    return Json.write(
        JsonNode.createArrayNode(
            bundle.files().keySet().stream().map(JsonNode::createStringNode).toList()));
  }

  /// Uses an older version again.
  ///
  /// @param number absent means the newest one before the version in use
  /// @return the version that is used from now on
  public int rollback(Project project, FunctionName slug, @Nullable Integer number) {
    var rows = new FunctionRows(project);
    var versions = rows.versions(slug);
    var current = current(project, slug).version();
    int wanted =
        number != null
            ? number
            : versions.stream()
                .flatMap(row -> Optional.ofNullable(row.version()).stream())
                .mapToInt(FunctionRow.VersionRow::number)
                .filter(each -> current == null || each < current.number())
                .findFirst()
                .orElseThrow(() -> unknown("An earlier version of " + slug));
    if (!rows.activate(slug, wanted, null)) {
      throw unknown("Version " + wanted + " of " + slug);
    }
    deployments.deployed(project).refresh();
    return wanted;
  }

  /// The function, deployed.
  public FunctionRow current(Project project, FunctionName slug) {
    return deployments.deployed(project).all().stream()
        .filter(row -> row.slug().equals(slug))
        .findFirst()
        .orElseThrow(() -> unknown("Function " + slug));
  }

  /// The files of the version in use, by path.
  public Map<String, byte[]> files(Project project, FunctionName slug) {
    var deployment =
        deployments.deployed(project).find(slug).orElseThrow(() -> unknown("Function " + slug));
    var files = new TreeMap<String, byte[]>();
    try (var all = Files.walk(deployment.root())) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        files.put(deployment.root().relativize(file).toString(), Files.readAllBytes(file));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Removes a function with all its versions.
  public void delete(Project project, FunctionName slug) {
    var _ = current(project, slug);
    new FunctionRows(project).delete(slug);
    var deployed = deployments.deployed(project);
    deployed.refresh();
    removed.sweep(project);
    BundleFiles.delete(deployed.folder().resolve(slug.text()));
  }

  private static ApiException unknown(String what) {
    return new ApiException(new FunctionError.Unknown(what));
  }
}
