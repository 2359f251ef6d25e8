package io.stabbur.operations.backup;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;

/// Refusals of the backup API, told to operators.
final class BackupError {
  private BackupError() {}

  static ApiException conflict(String message) {
    return new ApiException(new Refused(409, "backup_refused", message));
  }

  static ApiException failed(String message) {
    return new ApiException(new Refused(502, "backup_failed", message));
  }
}
