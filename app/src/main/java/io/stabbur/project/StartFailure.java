package io.stabbur.project;

/// Why Stabbur cannot start, as one sentence that says what to do next.
public final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartFailure(String sentence) {
    super(sentence, null, false, false);
  }

  public StartFailure(String sentence, Throwable cause) {
    super(sentence, cause, false, false);
  }
}
