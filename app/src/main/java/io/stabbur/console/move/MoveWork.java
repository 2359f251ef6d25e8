package io.stabbur.console.move;

import io.stabbur.console.run.Run;
import java.util.Locale;

/// What is done to move an organization out.
public record MoveWork(Wish wish, Kind kind) implements Run.Work {
  /// Whether it is counted, or done.
  public enum Kind {
    TRY,
    APPLY
  }

  @Override
  public String word() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
