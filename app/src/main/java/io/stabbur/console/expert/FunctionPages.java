package io.stabbur.console.expert;

import io.stabbur.functions.Functions;
import io.stabbur.functions.Functions.Described;
import io.stabbur.functions.Functions.FoundLine;
import io.stabbur.functions.Functions.LineKind;
import io.stabbur.functions.Functions.LogQuery;
import io.stabbur.functions.Functions.SecretDigest;
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
  public record One(
      Described function, List<Described> versions, String text, List<FoundLine> lines) {}

  All all(Project project) {
    if (!project.settings().prepare()) {
      return new All(false, List.of(), List.of());
    }
    return new All(true, functions.list(project), functions.secrets(project));
  }

  One one(Project project, String slug, String text) {
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
        found, functions.versions(project, slug), text, functions.search(project, query));
  }

  void rollBack(Project project, String slug, int version) {
    var _ = functions.rollback(project, slug, version);
  }
}
