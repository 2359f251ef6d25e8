package io.stabbur.operations.request;

import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What the log of requests says, for operators. A project whose database is not to be changed has
/// none.
@Singleton
public final class RequestReport {
  private final RequestLog log;
  private final Clock clock;

  RequestReport(RequestLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /// Requests of one kind and status.
  ///
  /// @param what the method and the route
  /// @param mean milliseconds
  /// @param longest milliseconds
  public record Count(String what, int status, long requests, double mean, double longest) {}

  /// One request.
  public record Line(
      Instant at,
      String id,
      String method,
      String route,
      int status,
      long milliseconds,
      String role) {}

  /// All requests of a piece of time.
  ///
  /// @param failed those that the server could not answer
  /// @param slow milliseconds that 95 of 100 did not go beyond, a fifth too many at most
  public record Total(Instant from, long requests, long failed, double slow) {}

  public boolean isKept(Project project) {
    return project.settings().prepare();
  }

  /// The most frequent first.
  ///
  /// @param fromStatus those of this status and above
  public List<Count> routes(Project project, Duration back, int fromStatus, int most) {
    return log
        .store(project)
        .summary("route", clock.instant().minus(back), back.plusMinutes(1), fromStatus, most)
        .stream()
        .map(
            count ->
                new Count(
                    count.what(), count.status(), count.requests(), count.mean(), count.longest()))
        .toList();
  }

  /// By piece of time up to the end of this hour, the oldest first, also those in which nothing was
  /// asked.
  ///
  /// @param step whole hours
  public List<Total> totals(Project project, Duration step, int pieces) {
    var end = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
    var since = end.minus(step.multipliedBy(pieces));
    var found =
        log.store(project).totals(since, step).stream()
            .collect(Collectors.toMap(Total::from, Function.identity()));
    return IntStream.range(0, pieces)
        .mapToObj(piece -> since.plus(step.multipliedBy(piece)))
        .map(from -> found.getOrDefault(from, new Total(from, 0, 0, 0)))
        .toList();
  }

  /// The newest first.
  public List<Line> lines(Project project, Duration back, int fromStatus, int most) {
    return log.store(project).lines(clock.instant().minus(back), fromStatus, most).stream()
        .map(
            line ->
                new Line(
                    line.at(),
                    line.requestId(),
                    line.method(),
                    line.route(),
                    line.status(),
                    line.microseconds() / 1000,
                    line.role()))
        .toList();
  }
}
