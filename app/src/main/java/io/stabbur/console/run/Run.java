package io.stabbur.console.run;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// Work that was begun on a page, and how it stands.
///
/// @param at when it began, or ended
/// @param step how far it is; nothing where the work does not tell
/// @param code of the refusal with which it failed; empty where there is none
/// @param reason why it failed, as engineers read it; empty where it did not
/// @param result empty until it has ended well
public record Run<W extends Run.Work, R>(
    W work, State state, Instant at, Step step, String code, String reason, Optional<R> result) {
  /// How far work is.
  ///
  /// @param word its kind, as keys of texts have it; empty where nothing is told
  /// @param detail such as `12 / 300`; empty where nothing is counted
  public record Step(String word, String detail) {
    static final Step NONE = new Step("", "");

    public boolean isTold() {
      return !word.isEmpty();
    }
  }

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

  Run<W, R> at(Step now) {
    return new Run<>(work, state, at, now, code, reason, result);
  }

  public boolean runs() {
    return state == State.RUNS;
  }

  public boolean isDone() {
    return state == State.DONE;
  }
}
