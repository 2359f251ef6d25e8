package io.stabbur.project;

import io.micronaut.context.annotation.Context;
import io.stabbur.platform.config.UnknownSettings;
import io.stabbur.project.life.ChoreListener;
import jakarta.annotation.PreDestroy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Every project of this appliance, ready to be used: databases started, schemas up to date. Which
/// project a request is for is decided here by host name; by key, in `identity`. Projects come and
/// go while others are served.
@Context
public final class Projects implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofMinutes(1);

  private final ServerSettings server;
  private final PostgresSettings postgres;
  private final List<SessionSetup> sessions;
  private final ProjectOpener opener;
  private final List<Consumer<Project>> followers = new CopyOnWriteArrayList<>();
  private volatile ProjectRegistry registry = ProjectRegistry.EMPTY;

  Projects(
      ServerSettings server,
      PostgresSettings postgres,
      List<ProjectSettings> configured,
      List<SessionSetup> sessions,
      List<ChoreListener> choreListeners,
      UnknownSettings checkedBefore) {
    this.server = server;
    this.postgres = postgres;
    this.sessions = List.copyOf(sessions);
    this.opener = new ProjectOpener(server, postgres, sessions, choreListeners);
    var wanted = configured.isEmpty() ? List.of(ProjectSettings.embedded("default")) : configured;
    try {
      wanted.forEach(this::add);
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  /// All projects, in the order of their configuration.
  public List<Project> all() {
    return registry.all();
  }

  /// The project that claims a host name (without port), or the only one there is.
  public Optional<Project> byHost(@Nullable String host) {
    return registry.at(host);
  }

  public Optional<Project> byName(String name) {
    return registry.named(name);
  }

  /// Opens a project and serves it from now on. Refused with [StartFailure], and nothing is left
  /// open, where its name or a host is taken or a step of its start fails.
  public synchronized Project add(ProjectSettings settings) {
    registry.requireUnclaimed(settings);
    var project = opener.open(settings);
    try {
      followers.forEach(follower -> follower.accept(project));
      registry = registry.with(project);
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
    return new ProjectOpener(settings, postgres, sessions, List.of())
        .open(original.settings().forCopy());
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
  public synchronized void close() {
    var closing = new CloseAll();
    registry.all().forEach(project -> closing.close(project.toString(), CLOSE_LIMIT, project));
    registry = ProjectRegistry.EMPTY;
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
