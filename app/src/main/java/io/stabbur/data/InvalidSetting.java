package io.stabbur.data;

/// A setting of the data API whose value is none it can have.
final class InvalidSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message the setting's name, its value and what it may be
  InvalidSetting(String message) {
    super(message);
  }
}
