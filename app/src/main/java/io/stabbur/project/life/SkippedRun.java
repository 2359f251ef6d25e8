package io.stabbur.project.life;

/// A chore throws it to say that this run had nothing to do, because somebody else is doing it at
/// the moment. It is no failure: nothing is logged as one, and the next run comes in its time.
public final class SkippedRun extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param reason what is under way
  public SkippedRun(String reason) {
    super(reason, null, false, false);
  }
}
