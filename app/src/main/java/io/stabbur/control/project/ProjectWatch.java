package io.stabbur.control.project;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.stabbur.control.ControlHome;
import io.stabbur.control.ControlSettings;
import io.stabbur.platform.db.Listener;
import io.stabbur.project.Projects;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps this process's projects as the control database says: at the start, with each change that
/// any process makes, and closes those that nobody uses.
@Singleton
final class ProjectWatch implements ApplicationEventListener<ServerStartupEvent> {
  private static final String CHANNEL = "stabbur_control";
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofMillis(500);
  private static final Logger LOG = LoggerFactory.getLogger(ProjectWatch.class);

  private final ControlHome home;
  private final ControlSettings settings;
  private final ProjectDesk desk;
  private final Projects projects;
  private @Nullable Listener listener;
  private @Nullable Thread thread;

  ProjectWatch(ControlHome home, ControlSettings settings, ProjectDesk desk, Projects projects) {
    this.home = home;
    this.settings = settings;
    this.desk = desk;
    this.projects = projects;
  }

  @Override
  public synchronized void onApplicationEvent(ServerStartupEvent event) {
    thread = Thread.ofVirtual().name("project-watch").start(this::watch);
  }

  private void watch() {
    try {
      while (!begin()) {
        Thread.sleep(EVERY);
      }
      for (long round = 0; true; round++) {
        Thread.sleep(SOON);
        share();
        if (round % (EVERY.toMillis() / SOON.toMillis()) == 0) {
          catchUp();
          tend();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether the projects are known. A control database that only this process uses is not opened
  /// where nobody ever used it.
  private boolean begin() {
    try {
      if (home.isUnused()) {
        return true;
      }
      desk.refresh();
      if (home.isShared()) {
        follow();
      }
      return true;
    } catch (RuntimeException e) {
      LOG.warn("The projects of the control database are not known yet: {}", String.valueOf(e));
      return home.isMissing();
    }
  }

  private synchronized void follow() {
    if (thread != null) {
      listener = Listener.eager(home.login(), CHANNEL, _ -> desk.refresh());
    }
  }

  private void catchUp() {
    try {
      desk.catchUp();
    } catch (RuntimeException e) {
      LOG.warn("Changes of projects are not known yet: {}", String.valueOf(e));
    }
  }

  private void share() {
    try {
      desk.shareKeys();
    } catch (RuntimeException e) {
      LOG.warn("Changed keys cannot be told to the other processes: {}", String.valueOf(e));
    }
  }

  private void tend() {
    try {
      projects.tend(settings.projectIdle());
    } catch (RuntimeException e) {
      LOG.warn("Projects that nobody uses cannot be closed: {}", String.valueOf(e));
    }
  }

  @PreDestroy
  synchronized void stop() {
    if (listener != null) {
      listener.close();
    }
    if (thread != null) {
      thread.interrupt();
      thread = null;
    }
  }
}
