package io.stabbur.operations.backup;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;

/// Refusals of the backup API, told to operators.
final class BackupError {
  private static final String UNDER_WAY = "backup_under_way";

  private BackupError() {}

  static ApiException conflict(String message) {
    return conflict("backup_refused", message);
  }

  /// @param code that the console has words for
  static ApiException conflict(String code, String message) {
    return new ApiException(new Refused(409, code, message));
  }

  /// No backups are made on this server.
  static ApiException off() {
    return new ApiException(
        new Refused(
            409,
            "backup_off",
            "Backups are off; set stabbur.backup.to to a folder or s3://bucket/prefix and start"
                + " again"));
  }

  /// There is no backup of this id.
  static ApiException missing(String id) {
    return new ApiException(new Refused(409, "backup_missing", "There is no backup " + id));
  }

  /// Another backup or rehearsal of the project is under way, here or in another process.
  static ApiException underWay(String message) {
    return new ApiException(new Refused(409, UNDER_WAY, message));
  }

  static boolean isUnderWay(ApiException e) {
    return e.error() instanceof Refused refused && refused.code().equals(UNDER_WAY);
  }

  static ApiException failed(String message) {
    return new ApiException(new Refused(502, "backup_failed", message));
  }
}
