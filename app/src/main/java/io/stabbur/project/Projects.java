package io.stabbur.project;

import io.micronaut.context.annotation.Context;
import io.micronaut.http.server.HttpServerConfiguration;
import io.stabbur.platform.config.UnknownSettings;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.life.ChoreListener;
import jakarta.annotation.PreDestroy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every project of this appliance, ready to be used: databases started, schemas up to date. Which
/// project a request is for is decided here by host name; by key, in `identity`. Projects come and
/// go while others are served.
@Context
public final class Projects implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Projects.class);
  private static final Duration CLOSE_LIMIT = Duration.ofMinutes(1);

  private final ServerSettings server;
  private final PostgresSettings postgres;
  private final List<SessionSetup> sessions;
  private final ProjectOpener opener;
  private final SleepingProjects sleeping;
  private final List<Consumer<Project>> followers = new CopyOnWriteArrayList<>();
  private final String first;
  private final Set<String> names;
  private final LeftOutProjects leftOut = new LeftOutProjects(this::add);

  /// Others have taken their place, and they serve requests that have them.
  private final Set<Project> leaving = ConcurrentHashMap.newKeySet();

  private boolean isClosed;
  private volatile ProjectRegistry registry = ProjectRegistry.EMPTY;

  /// Without those that were added at run time: one of these may answer to hosts that nobody
  /// claims.
  private volatile ProjectRegistry settled = ProjectRegistry.EMPTY;

  Projects(
      ServerSettings server,
      PostgresSettings postgres,
      List<ProjectSettings> configured,
      List<SessionSetup> sessions,
      List<ChoreListener> choreListeners,
      List<DatabaseGuard> guards,
      HttpServerConfiguration listening,
      UnknownSettings checkedBefore) {
    this.server = server;
    this.postgres = postgres;
    this.sessions = List.copyOf(sessions);
    this.opener =
        new ProjectOpener(server, postgres, sessions, choreListeners, samples(listening), guards);
    this.sleeping = new SleepingProjects(new Serving());
    var wanted = configured.isEmpty() ? List.of(ProjectSettings.embedded("default")) : configured;
    this.first = wanted.getFirst().name();
    this.names = wanted.stream().map(ProjectSettings::name).collect(Collectors.toSet());
    try {
      open(wanted);
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  /// One of several that does not open is left out and retried, so that what is wrong with it, or
  /// what its owner did to it, takes nothing from the others. A database that is away ends no
  /// start. Where none opens and waiting helps none of them, the first says why.
  private void open(List<ProjectSettings> wanted) {
    var failures = new LinkedHashMap<ProjectSettings, RuntimeException>();
    for (var settings : wanted) {
      registry.requireUnclaimed(settings);
      try {
        add(settings);
      } catch (StartFailure | ApiException e) {
        failures.put(settings, e);
        LOG.error(
            "Project {} does not open, is left out and retried: {}",
            settings.name(),
            LeftOutProjects.reason(e));
      }
    }
    if (failures.size() == wanted.size()
        && failures.values().stream().noneMatch(LeftOutProjects::isPassing)) {
      throw failures.values().iterator().next();
    }
    failures.forEach(
        (settings, failure) -> {
          leftOut.requireUnclaimed(settings);
          registry.requireUnclaimed(settings);
          leftOut.add(settings, failure);
        });
  }

  /// Without an address of its own the server listens to all there are.
  private SampleKeys.Use samples(HttpServerConfiguration listening) {
    boolean local = listening.getHost().filter(Projects::isLoopback).isPresent();
    return local && server.isDevelopment() ? SampleKeys.Use.ACCEPTED : SampleKeys.Use.REFUSED;
  }

  private static boolean isLoopback(String host) {
    return Set.of("localhost", "::1", "[::1]").contains(host) || host.startsWith("127.");
  }

  /// All projects, in the order of their configuration.
  public List<Project> all() {
    return registry.all();
  }

  /// The project that claims a host name (without port), or the only one there is. One that is left
  /// while others did not open is not taken for them.
  public Optional<Project> byHost(@Nullable String host) {
    var woken = sleeping.open(host);
    return woken.isPresent() || sleeping.claims(host)
        ? woken
        : settled.at(host).filter(project -> leftOut.isEmpty() || claims(project, host));
  }

  private static boolean claims(Project project, @Nullable String host) {
    return host != null && project.settings().hosts().stream().anyMatch(host::equalsIgnoreCase);
  }

  /// The first project of the configuration; none where it did not open.
  public Optional<Project> first() {
    return registry.named(first);
  }

  /// Whether a project is the first of the configuration.
  public boolean isFirst(Project project) {
    return project.name().equals(first);
  }

  public Optional<Project> byName(String name) {
    return registry.named(name);
  }

  /// Whether a host belongs to a project that must be opened first, which blocks.
  public boolean isAsleep(@Nullable String host) {
    return (sleeping.claims(host) && sleeping.open(host).isEmpty()) || isLeftOut(host);
  }

  /// Whether a host belongs to a project that did not open.
  private boolean isLeftOut(@Nullable String host) {
    return !leftOut.isEmpty() && (leftOut.claims(host) || isOnlyLeftOut());
  }

  /// The only project answers to all hosts.
  private boolean isOnlyLeftOut() {
    return names.size() == 1 && registry.all().isEmpty();
  }

  /// The project that claims a host, in the way of [#byHost]; one that was added at run time is
  /// opened for it, and one that did not open at the start is retried.
  public Optional<Project> atHost(@Nullable String host) {
    var woken = sleeping.wakeHost(host);
    if (woken.isPresent()) {
      return woken;
    }
    if (isLeftOut(host)) {
      if (leftOut.claims(host)) {
        leftOut.awaitHost(host);
      } else {
        leftOut.awaitAny();
      }
      if (isLeftOut(host)) {
        throw notOpen();
      }
    }
    return byHost(host);
  }

  /// Why a request whose host and key belong to no project that is open is refused: perhaps the
  /// project is one that did not open, which is retried.
  public ApiException unanswered() {
    if (leftOut.isEmpty()) {
      return new ApiException(
          new Failure.Unauthenticated("No project answers to this host or API key"));
    }
    leftOut.askAll();
    return notOpen();
  }

  private static ApiException notOpen() {
    return new ApiException(new Failure.Unavailable("The project's database cannot be reached"));
  }

  /// Why each project of the configuration that is not open does not open, by its name.
  public Map<String, String> leftOut() {
    var reasons = new TreeMap<String, String>();
    leftOut.failures().forEach((name, e) -> reasons.put(name, LeftOutProjects.reason(e)));
    return reasons;
  }

  /// The names of the projects of the configuration.
  public Set<String> configured() {
    return names;
  }

  /// The first of those that are open. Where none is, refused with why the first does not open.
  public Project firstOpen() {
    return registry.all().stream()
        .findFirst()
        .orElseThrow(
            () ->
                leftOut.failures().values().stream()
                    .findFirst()
                    .orElseGet(() -> new StartFailure("There is no project.")));
  }

  /// The project of a name; one that was added at run time is opened for it.
  public Optional<Project> awake(String name) {
    return registry.named(name).or(() -> sleeping.wakeName(name));
  }

  /// Whether there is one project and no other can be asked for.
  public boolean isAlone() {
    return registry.all().size() == 1 && sleeping.isEmpty() && leftOut.isEmpty();
  }

  /// Makes these the projects that were added at run time; those that are no longer among them, or
  /// have other settings, are closed.
  public void declare(Collection<DeclaredProject> declared) {
    sleeping.become(declared);
  }

  /// Refuses settings whose name or host a project of the configuration has.
  public void requireFree(ProjectSettings settings) {
    if (names.contains(settings.name())) {
      throw new StartFailure(
          "There is a project %s in the configuration; choose another name."
              .formatted(settings.name()));
    }
    settled.requireUnclaimed(settings);
    leftOut.requireUnclaimed(settings);
  }

  /// Refuses the keys in a project's folder, of an earlier project of its name, where its database
  /// is another one.
  public void requireKnownKeys(ProjectSettings settings) {
    opener.requireKnownKeys(settings);
  }

  /// Opens a project to see whether it can be opened, and closes it. What it needs in its database
  /// is made.
  public <T> T tryOut(DeclaredProject declared, Function<Project, T> look) {
    requireFree(declared.settings());
    writeFiles(declared);
    var project = opener.open(declared.settings());
    try (project) {
      return look.apply(project);
    }
  }

  /// Closes those that nobody has asked for, and opens those that stay open.
  public void tend(Duration idle) {
    sleeping.fallAsleep(idle);
    sleeping.wakeThoseThatStay();
  }

  /// How projects that were added at run time are opened and closed.
  private final class Serving implements SleepingProjects.Opener {
    @Override
    public Project open(DeclaredProject declared) {
      writeFiles(declared);
      registry.requireUnclaimed(declared.settings());
      var project = opener.open(declared.settings());
      synchronized (Projects.this) {
        return serve(project, registry, settled);
      }
    }

    @Override
    public void move(Project served, DeclaredProject declared) {
      opener.move(served, declared.settings());
    }

    @Override
    public Project replace(Project served, DeclaredProject declared) {
      var project = opener.open(declared.settings());
      synchronized (Projects.this) {
        leaving.add(served);
        return serve(project, registry.without(served), settled);
      }
    }

    @Override
    public void close(Project project) {
      remove(project);
    }
  }

  /// How the owner of a project with these settings logs in to its database.
  public Login owner(ProjectSettings settings, String url) {
    return opener.owner(settings, url);
  }

  /// Makes what a project needs in the database that settings name.
  public void prepare(ProjectSettings settings, String url) {
    opener.prepare(settings, url);
  }

  /// Key files that all processes share; ones that are there stay.
  private void writeFiles(DeclaredProject declared) {
    KeyFolder.write(folder(server.data(), declared.settings().name()), declared.files());
  }

  /// Opens a project and serves it from now on. Refused with [StartFailure], and nothing is left
  /// open, where its name or a host is taken or a step of its start fails. Others are opened at the
  /// same time.
  public Project add(ProjectSettings settings) {
    registry.requireUnclaimed(settings);
    var project = opener.open(settings);
    synchronized (this) {
      return serve(project, registry, settled.with(project));
    }
  }

  private synchronized Project serve(
      Project project, ProjectRegistry beside, ProjectRegistry others) {
    try {
      if (isClosed) {
        throw new StartFailure("The server is stopping.");
      }
      var all = beside.with(project);
      followers.forEach(follower -> follower.accept(project));
      registry = all;
      settled = others;
      return project;
    } catch (RuntimeException e) {
      var undo = new Undo();
      undo.add(project.toString(), project);
      undo.run(e);
      throw e;
    }
  }

  /// Opens a restored copy of an embedded project in a data folder of its own, to look into it.
  /// Nothing serves it, no room works for it, and the caller closes it.
  public Project openCopy(Project original, Path data) {
    var settings =
        new ServerSettings(
            data, server.publicUrl(), server.development(), server.migrations(), false);
    return new ProjectOpener(
            settings, postgres, sessions, List.of(), SampleKeys.Use.ACCEPTED, List.of())
        .ofCopies()
        .open(original.settings().forCopy());
  }

  /// The folder of a project of this server, which need not be there.
  public Path folder(String project) {
    return folder(server.data(), project);
  }

  /// The folder of a project in a data folder.
  public static Path folder(Path data, String project) {
    return ProjectOpener.path(data, project);
  }

  /// Serves a project no more and closes it; its data stays where it is. Its requests under way may
  /// fail. Others are served meanwhile.
  public void remove(Project project) {
    synchronized (this) {
      registry = registry.without(project);
      settled = settled.without(project);
      leaving.remove(project);
    }
    project.close();
  }

  /// Calls `follower` for each project that is open now or is going to be opened, before it is
  /// served.
  public synchronized void eachProject(Consumer<Project> follower) {
    registry.all().forEach(follower);
    followers.add(follower);
  }

  /// Closes all projects and the servers behind them, whichever of them fails.
  @Override
  @PreDestroy
  public void close() {
    leftOut.close();
    closeAll();
  }

  private synchronized void closeAll() {
    isClosed = true;
    var closing = new CloseAll();
    var open = new LinkedHashSet<>(registry.all());
    open.addAll(leaving);
    open.forEach(project -> closing.close(project.toString(), CLOSE_LIMIT, project));
    leaving.clear();
    registry = ProjectRegistry.EMPTY;
    settled = ProjectRegistry.EMPTY;
    closing.throwFailure();
  }

  private void closeAfter(RuntimeException failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
