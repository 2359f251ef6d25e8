package io.stabbur.cli;

import io.micronaut.context.env.Environment;
import io.stabbur.operations.backup.BackupSettings;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
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

  /// The settings under `stabbur.backup` of a configuration.
  static BackupSettings read(ConfigurationOptions configuration) {
    configuration.use();
    try (var context = ConfigurationOptions.builder().build()) {
      var file = context.getEnvironment().start();
      return new BackupSettings(
          file.getProperty(PREFIX + "to", String.class).orElse(null),
          secret(file, "key"),
          file.getProperty(PREFIX + "endpoint", URI.class).orElse(null),
          file.getProperty(PREFIX + "region", String.class).orElse("us-east-1"),
          secret(file, "access-key-id"),
          secret(file, "secret-access-key"),
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

  private static @Nullable Secret secret(Environment file, String name) {
    return file.getProperty(PREFIX + name, String.class).map(Secret::of).orElse(null);
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
