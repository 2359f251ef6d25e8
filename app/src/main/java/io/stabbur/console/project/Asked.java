package io.stabbur.console.project;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.util.Optional;
import java.util.function.Supplier;

/// What a project's database is asked for a page that is shown although it does not answer.
public final class Asked {
  private Asked() {}

  /// The answer; empty where the database cannot be reached, or does not answer in time.
  public static <T> Optional<T> of(Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (ApiException e) {
      return switch (e.error()) {
        case Failure.Busy _, Failure.Unavailable _, Failure.Timeout _, Failure.Crowded _ ->
            Optional.empty();
        case Failure.Database database when isAway(database.sqlState()) -> Optional.empty();
        default -> throw e;
      };
    }
  }

  /// Connections that fail or are ended, and statements that are.
  private static boolean isAway(String sqlState) {
    return sqlState.startsWith("08") || sqlState.startsWith("57") || sqlState.startsWith("53");
  }
}
