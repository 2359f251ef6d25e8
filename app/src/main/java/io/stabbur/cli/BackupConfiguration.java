package io.stabbur.cli;

import io.micronaut.context.ApplicationContext;
import io.stabbur.operations.backup.BackupSettings;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.project.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The settings of backups and their keys as commands read them while nothing is served.
final class BackupConfiguration {
  private static final String PREFIX = "stabbur.backup.";

  private BackupConfiguration() {}

  /// The settings under `stabbur.backup` of a configuration file.
  static BackupSettings read(@Nullable Path config) {
    UpCommand.useConfiguration(config);
    try (var context = ApplicationContext.builder().environmentPropertySource(false).build()) {
      var file = context.getEnvironment().start();
      return new BackupSettings(
          file.getProperty(PREFIX + "to", String.class).orElse(null),
          file.getProperty(PREFIX + "key", String.class).orElse(null),
          file.getProperty(PREFIX + "endpoint", URI.class).orElse(null),
          file.getProperty(PREFIX + "region", String.class).orElse("us-east-1"),
          file.getProperty(PREFIX + "access-key-id", String.class).orElse(null),
          file.getProperty(PREFIX + "secret-access-key", String.class).orElse(null),
          file.getProperty(PREFIX + "path-style", Boolean.class).orElse(true),
          "00:00",
          "UTC",
          Duration.ofSeconds(30),
          Duration.ZERO,
          0,
          0,
          Duration.ZERO);
    }
  }

  /// The key of a file: a `keys.json`, or the text of `stabbur backup key`.
  static RepositoryKey keyIn(Path file) {
    try {
      var text = Files.readString(file).strip();
      if (!text.startsWith("{")) {
        return RepositoryKey.ofText(text);
      }
      var master = Json.parse(text).get("master_key");
      if (master == null) {
        throw new StartFailure(
            "%s has no master_key; give the text of `stabbur backup key` instead.".formatted(file));
      }
      return RepositoryKey.ofMasterKey(master.getStringValue());
    } catch (IOException | IllegalArgumentException | ApiException e) {
      throw new StartFailure(
          "%s is neither a keys.json nor a backup key that can be read.".formatted(file), e);
    }
  }
}
