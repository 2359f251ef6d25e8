package io.stabbur.platform.error;

/// Carries an expected [ApiError] out of a call stack. It is an answer, not a crash: no stack
/// trace.
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient ApiError error;

  public ApiException(ApiError error) {
    super(error.getClass().getSimpleName(), null, false, false);
    this.error = error;
  }

  public ApiError error() {
    return error;
  }
}
