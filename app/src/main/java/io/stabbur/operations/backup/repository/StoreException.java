package io.stabbur.operations.backup.repository;

/// A place of backups that cannot be read or written now; the message says which and why.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
