package io.stabbur.console.trial;

import io.stabbur.console.run.Run;
import io.stabbur.console.trial.TrialWork.Kind;
import io.stabbur.control.operator.Approval;
import java.util.Optional;

/// How an act on an organization stands.
///
/// @param run the last one, which may go on
/// @param waiting what another operator asked for, or this one
public record TrialState<Q extends TrialRequest, R>(
    Optional<Run<TrialWork<Q>, R>> run, Optional<Waiting<Q>> waiting) {
  /// What waits for a second operator.
  public record Waiting<Q extends TrialRequest>(Approval approval, Q request) {}

  public boolean isBusy() {
    return run.filter(Run::runs).isPresent();
  }

  /// Whether it was tried last, and that ended well.
  public boolean isTried() {
    return tried().isPresent();
  }

  /// What the form for doing it is about: what waits, else what was tried last; empty where nothing
  /// may be done yet.
  public Optional<Q> next() {
    return isBusy() ? Optional.empty() : waiting.map(Waiting::request).or(this::tried);
  }

  /// Whether just this may be done: it was tried last, or waits.
  boolean isOffered(Q request) {
    return !isBusy()
        && (tried().filter(request::equals).isPresent()
            || waiting.map(Waiting::request).filter(request::equals).isPresent());
  }

  private Optional<Q> tried() {
    return run.filter(last -> last.isDone() && last.work().kind() == Kind.TRY)
        .map(last -> last.work().request());
  }
}
