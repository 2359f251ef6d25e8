package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a project's files live.
public sealed interface StoreSettings {
  /// A folder of plain files on this machine.
  record Folder(Path root) implements StoreSettings {}

  /// A bucket of any S3-compatible store; without an endpoint, the cloud's own.
  record S3(
      @Nullable URI endpoint,
      String bucket,
      String region,
      Secret accessKeyId,
      Secret secretAccessKey,
      boolean pathStyle)
      implements StoreSettings {}
}
