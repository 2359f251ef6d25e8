package io.stabbur.operations.probe;

import io.stabbur.operations.advisor.ProjectAdvisor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Trials of who reaches what in a project that is served: begun on demand, one at a time, and kept
/// with their last result.
@Singleton
public final class ProbeDesk {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeDesk.class);

  /// No single thing takes so long to try.
  private static final Duration DEAD = Duration.ofMinutes(5);

  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final int LONGEST = 500;

  private final ProjectAdvisor advisor;
  private final ProbeRunRows rows;
  private final Clock clock;

  ProbeDesk(ProjectAdvisor advisor, ProbeRunRows rows, Clock clock) {
    this.advisor = advisor;
    this.rows = rows;
    this.clock = clock;
  }

  /// How a project stands.
  ///
  /// @param result the last there is
  public record Standing(ProbeRun run, State state, Optional<Matrix> result) {}

  /// How the last trial stands.
  public enum State {
    RUNS,
    DONE,
    FAILED
  }

  /// Empty where none was ever begun.
  public Optional<Standing> of(String project) {
    return rows.findByProject(project)
        .map(
            run ->
                new Standing(
                    run,
                    state(run),
                    run.result().isEmpty()
                        ? Optional.empty()
                        : Optional.of(MatrixJson.parse(Json.parse(run.result())))));
  }

  private State state(ProbeRun run) {
    boolean isAlive = run.beatAt().isAfter(clock.instant().minus(DEAD));
    if (run.runs()) {
      return isAlive ? State.RUNS : State.FAILED;
    }
    return run.failure().isEmpty() ? State.DONE : State.FAILED;
  }

  /// Begins a trial that goes on by itself; false where one runs already.
  public boolean begin(Project project, String operator) {
    // as Postgres keeps it: a trial is known by its beginning
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    boolean isBegun = rows.begin(project.name(), operator, now, now.minus(DEAD)) > 0;
    if (isBegun) {
      var _ = Thread.ofVirtual().name("isolation probe").start(() -> work(project, now));
    }
    return isBegun;
  }

  private void work(Project project, Instant begun) {
    var failure = "It ended without a word; see the server's log";
    try (var _ = project.hold()) {
      var progress = new Beats(project.name(), begun);
      var schemas = advisor.schemas(project);
      var matrix = IsolationProbe.run(project.admin(), schemas, List.of(), progress);
      rows.end(project.name(), begun, clock.instant(), Json.write(MatrixJson.of(matrix)));
      failure = "";
    } catch (StartFailure e) {
      failure = shortened(String.valueOf(e.getMessage()));
    } catch (ApiException e) {
      failure = shortened(e.error().toString());
    } finally {
      if (!failure.isEmpty()) {
        LOG.warn("The isolation probe of project {} failed: {}", project.name(), failure);
        rows.fail(project.name(), begun, failure);
      }
    }
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(text.length(), LONGEST));
  }

  /// Writes down how far a trial is, once a second.
  private final class Beats implements IsolationProbe.Progress {
    private final String project;
    private final Instant begun;
    private Instant last = Instant.EPOCH;

    Beats(String project, Instant begun) {
      this.project = project;
      this.begun = begun;
    }

    @Override
    public void at(int done, int things) {
      var now = clock.instant();
      if (now.isAfter(last.plus(BEAT))) {
        last = now;
        rows.beat(project, begun, now, done, things);
      }
    }
  }
}
