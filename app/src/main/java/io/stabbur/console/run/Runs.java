package io.stabbur.console.run;

import io.stabbur.console.run.Run.State;
import io.stabbur.console.run.Run.Step;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.project.Project;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work of one sort that goes on when its page is closed: one for each project at a time, and how
/// the last one of this process ended.
public final class Runs<W extends Run.Work, R> {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);

  private final Clock clock;
  private final Map<String, Run<W, R>> runs = new ConcurrentHashMap<>();

  public Runs(Clock clock) {
    this.clock = clock;
  }

  /// The last one of a project.
  public Optional<Run<W, R>> of(String project) {
    return Optional.ofNullable(runs.get(project));
  }

  /// How all of them stand: another text as soon as one begins or ends.
  public String state() {
    var stand = new TreeMap<String, String>();
    runs.forEach(
        (project, run) -> stand.put(project, run.state() + " " + run.at() + " " + run.step()));
    return stand.toString();
  }

  /// Begins it.
  ///
  /// @param task does it, and answers its result
  /// @return false, and nothing was begun, where another goes on in the project
  public boolean begin(Project project, W work, Supplier<R> task) {
    return begin(project, work, _ -> task.get());
  }

  /// The same of work that tells how far it is.
  public boolean begin(Project project, W work, Function<Consumer<Step>, R> task) {
    var isBegun = new AtomicBoolean();
    runs.compute(
        project.name(),
        (_, known) -> {
          if (known != null && known.runs()) {
            return known;
          }
          isBegun.set(true);
          return run(work, State.RUNS, "", "", Optional.empty());
        });
    if (isBegun.get()) {
      var _ =
          Thread.ofVirtual()
              .name("console " + work.word() + " of project " + project.name())
              .start(() -> work(project, work, task));
    }
    return isBegun.get();
  }

  private void work(Project project, W work, Function<Consumer<Step>, R> task) {
    var end =
        run(
            work,
            State.FAILED,
            "",
            "It ended without a word; see the server's log",
            Optional.empty());
    try {
      end = run(work, State.DONE, "", "", Optional.of(task.apply(step -> tell(project, step))));
    } catch (ApiException e) {
      LOG.warn("{} of project {} failed: {}", work.word(), project.name(), e.error());
      end =
          e.error() instanceof Refused(_, var code, var reason)
              ? run(work, State.FAILED, code, reason, Optional.empty())
              : run(work, State.FAILED, "", "", Optional.empty());
    } finally {
      runs.put(project.name(), end);
    }
  }

  private void tell(Project project, Step step) {
    runs.computeIfPresent(project.name(), (_, run) -> run.runs() ? run.at(step) : run);
  }

  private Run<W, R> run(W work, State state, String code, String reason, Optional<R> result) {
    return new Run<>(work, state, clock.instant(), Step.NONE, code, reason, result);
  }
}
