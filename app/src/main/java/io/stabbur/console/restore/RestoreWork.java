package io.stabbur.console.restore;

import io.stabbur.console.run.Run;
import java.util.Locale;

/// What is done to bring an organization back.
public record RestoreWork(Wish wish, Kind kind) implements Run.Work {
  /// Whether it is tried, or done.
  public enum Kind {
    TRY,
    APPLY
  }

  @Override
  public String word() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
