package io.stabbur.storage.encrypt;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.backend.VersionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Encrypted bytes that are not what was stored, or whose key is not there. The log says which
/// version and why; names, which may be personal, and keys stay out of it.
final class Unreadable {
  private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);

  private Unreadable() {}

  static ApiException because(String reason, VersionKey object) {
    LOG.error(
        "encrypted object cannot be read: project {}, bucket {}, version {}: {}",
        object.tenant(),
        object.bucket(),
        object.version(),
        reason);
    return new ApiException(new StorageError.Unreadable());
  }
}
