package io.stabbur.console.project;

import io.stabbur.project.Project;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// Asks many projects the same, all at once and for a short time: those whose databases do not
/// answer keep no page waiting for one another.
public final class AllTogether {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private AllTogether() {}

  /// The answers in the order of the projects.
  ///
  /// @param silent what stands for a project that does not answer in time
  public static <T> List<T> ask(
      Collection<Project> projects, Function<Project, T> ask, Function<Project, T> silent) {
    var asked = new ArrayList<Future<T>>();
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      projects.forEach(project -> asked.add(threads.submit(() -> ask.apply(project))));
      long end = System.nanoTime() + PATIENCE.toNanos();
      var answers = new ArrayList<T>();
      int next = 0;
      for (var project : projects) {
        answers.add(answer(asked.get(next++), end).orElseGet(() -> silent.apply(project)));
      }
      return List.copyOf(answers);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> Optional<T> answer(Future<T> asked, long end) {
    try {
      return Optional.of(asked.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException("A project could not be asked", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
