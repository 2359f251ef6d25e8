package io.stabbur.operations.backup.repository;

/// What a repository holds was changed, truncated or lost; the message says what.
public final class DamagedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DamagedException(String message) {
    super(message, null, false, false);
  }
}
