package io.stabbur.console.run;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// Work that was begun on a page, and how it stands.
///
/// @param at when it began, or ended
/// @param reason why it failed, as engineers read it; empty where it did not
/// @param result empty until it has ended well
public record Run<W extends Run.Work, R>(
    W work, State state, Instant at, String reason, Optional<R> result) {
  /// What is done.
  public interface Work {
    /// Its kind, as keys of texts have it.
    String word();
  }

  /// How it stands.
  public enum State {
    RUNS,
    DONE,
    FAILED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public boolean runs() {
    return state == State.RUNS;
  }

  public boolean isDone() {
    return state == State.DONE;
  }
}
