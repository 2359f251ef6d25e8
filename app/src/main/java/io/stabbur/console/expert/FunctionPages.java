package io.stabbur.console.expert;

import io.stabbur.functions.Functions;
import io.stabbur.functions.Functions.Described;
import io.stabbur.functions.Functions.FoundLine;
import io.stabbur.functions.Functions.Line;
import io.stabbur.functions.Functions.LineKind;
import io.stabbur.functions.Functions.LogQuery;
import io.stabbur.functions.Functions.SecretDigest;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Reads what pages show of functions.
@Singleton
public final class FunctionPages {
  private static final Duration BACK = Duration.ofDays(7);
  private static final int LINES = 200;

  /// How often, and after how long, it is looked for new lines.
  private static final int PATIENCE = 20;

  private static final Duration AGAIN = Duration.ofMillis(500);

  private final Functions functions;
  private final Clock clock;

  FunctionPages(Functions functions, Clock clock) {
    this.functions = functions;
    this.clock = clock;
  }

  /// All functions of a project.
  ///
  /// @param isKept whether functions can be deployed here
  public record All(boolean isKept, List<Described> functions, List<SecretDigest> secrets) {}

  /// One function.
  ///
  /// @param versions the newest first
  /// @param text what lines of the log were looked for
  /// @param lines the newest first
  /// @param mark by which the page names its script
  public record One(
      Described function,
      List<Described> versions,
      String text,
      List<FoundLine> lines,
      String mark) {
    /// The number after which lines are new.
    public long last() {
      return lines.stream().mapToLong(found -> found.line().id()).max().orElse(0);
    }
  }

  All all(Project project) {
    if (!project.settings().prepare()) {
      return new All(false, List.of(), List.of());
    }
    return new All(true, functions.list(project), functions.secrets(project));
  }

  One one(Project project, String slug, String text, String mark) {
    var found = functions.get(project, slug);
    var now = clock.instant();
    var query =
        new LogQuery(
            now.minus(BACK),
            now.plusSeconds(60),
            EnumSet.allOf(LineKind.class),
            found.slug(),
            Set.of(),
            text,
            LINES);
    return new One(
        found, functions.versions(project, slug), text, functions.search(project, query), mark);
  }

  /// Lines of a function after the one with a number, the oldest first: as soon as there are some,
  /// or none after some seconds.
  List<Line> awaited(Project project, String slug, long after) throws InterruptedException {
    var slugOfOne = functions.get(project, slug).slug();
    var lines = functions.logs(project, slugOfOne, after, LINES);
    for (int i = 0; lines.isEmpty() && i < PATIENCE; i++) {
      Thread.sleep(AGAIN);
      lines = functions.logs(project, slugOfOne, after, LINES);
    }
    return lines;
  }

  void rollBack(Project project, String slug, int version) {
    var _ = functions.rollback(project, slug, version);
  }

  /// What is asked of a function that may not be there.
  interface Question<T> {
    T ask() throws InterruptedException;
  }

  /// The answer; a function that there is not has no page.
  static <T> T found(Question<T> question) throws InterruptedException {
    try {
      return question.ask();
    } catch (ApiException e) {
      if (e.error() instanceof FunctionError.Unknown
          || e.error() instanceof FunctionError.Rejected) {
        throw new ApiException(new Failure.NoSuchRoute("/functions"));
      }
      throw e;
    }
  }
}
