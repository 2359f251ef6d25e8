package io.stabbur.console.expert;

import io.stabbur.console.look.LogLooks;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.functions.Functions;
import io.stabbur.functions.Functions.Described;
import io.stabbur.functions.Functions.FoundLine;
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

  private final Functions functions;
  private final LogLooks looks;
  private final Clock clock;

  FunctionPages(Functions functions, LogLooks looks, Clock clock) {
    this.functions = functions;
    this.looks = looks;
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

  /// @param mark by which the page names its script
  One one(Project project, SignedIn operator, String slug, String text, String mark) {
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
    var lines =
        looks.page(
            operator,
            LogLooks.function(project, found.slug(), text),
            () -> functions.search(project, query));
    return new One(found, functions.versions(project, slug), text, lines, mark);
  }

  /// The log of a function, of which the lines are read that come.
  LiveLines.Log log(Project project, SignedIn operator, String slug) {
    var known = functions.get(project, slug).slug();
    looks.follow(operator, LogLooks.function(project, known, ""));
    return number ->
        functions.logs(project, known, number, LINES).stream()
            .map(line -> new LiveLines.Line(line.id(), line.at(), line.level(), "", line.message()))
            .toList();
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
