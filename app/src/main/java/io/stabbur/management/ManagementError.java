package io.stabbur.management;

import io.stabbur.platform.error.ApiError;

/// Why the management API does not do what it was asked for.
public sealed interface ManagementError extends ApiError {
  /// 400: a part of the request is wrong.
  record Rejected(String reason) implements ManagementError {}

  /// 404: it does not exist.
  record Missing(String what) implements ManagementError {}
}
