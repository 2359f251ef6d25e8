package io.stabbur.project;

import io.stabbur.platform.error.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What others may change while projects are served, looked at again and again: the key file, and
/// whether Postgres' log may hold keys. Each question to each project has a thread of its own: one
/// whose Postgres does not answer holds up nobody else.
final class Watch implements AutoCloseable {
  private static final Duration KEY_FILE = Duration.ofSeconds(1);
  private static final Duration LOG_OF_POSTGRES = Duration.ofSeconds(20);
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  Watch(List<Project> projects) {
    projects.stream()
        .filter(project -> project.settings().prepare())
        .forEach(
            project -> {
              every(KEY_FILE, project, each -> PersonalKeys.of(each).look());
              every(LOG_OF_POSTGRES, project, ParameterLog::follow);
            });
  }

  private void every(Duration period, Project project, Consumer<Project> task) {
    threads.add(
        Thread.ofVirtual()
            .name("watch of project " + project.name())
            .start(
                () -> {
                  while (pause(period)) {
                    attempt(project, task);
                  }
                }));
  }

  /// Whether the watch goes on.
  private boolean pause(Duration period) {
    try {
      Thread.sleep(period);
      return !closed;
    } catch (InterruptedException _) {
      return false;
    }
  }

  /// What cannot be known now is asked again.
  private static void attempt(Project project, Consumer<Project> task) {
    try {
      task.accept(project);
    } catch (ApiException e) {
      LOG.debug("Project {}: {}", project.name(), e.error());
    } catch (StartFailure e) {
      LOG.warn("Project {}: {}", project.name(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("Project {} could not be looked at", project.name(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
