package io.stabbur.project;

import io.stabbur.platform.error.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What others may change while projects are served, looked at again and again: the key file, and
/// whether Postgres' log may hold keys.
final class Watch implements AutoCloseable {
  private static final Duration KEY_FILE = Duration.ofSeconds(1);
  private static final Duration LOG_OF_POSTGRES = Duration.ofSeconds(20);
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("project-watch").factory());

  Watch(List<Project> projects) {
    var prepared = projects.stream().filter(project -> project.settings().prepare()).toList();
    every(KEY_FILE, prepared, project -> PersonalKeys.of(project).look());
    every(LOG_OF_POSTGRES, prepared, ParameterLog::follow);
  }

  private void every(Duration period, List<Project> projects, Consumer<Project> task) {
    var _ =
        clock.scheduleWithFixedDelay(
            () -> projects.forEach(project -> attempt(project, task)),
            period.toMillis(),
            period.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /// What cannot be known now is asked again.
  private static void attempt(Project project, Consumer<Project> task) {
    try {
      task.accept(project);
    } catch (ApiException e) {
      LOG.debug("Project {}: {}", project.name(), e.error());
    } catch (StartFailure e) {
      LOG.warn("Project {}: {}", project.name(), e.getMessage());
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
