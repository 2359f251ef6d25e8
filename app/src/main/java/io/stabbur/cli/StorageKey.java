package io.stabbur.cli;

import io.stabbur.moving.StorageApi;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The Storage API of the project at the other end of a move.
final class StorageKey {
  @Option(
      names = "--storage-url",
      description =
          "Address of the other project, such as https://ref.supabase.co: files go through its"
              + " Storage API.")
  @Nullable String url;

  @Option(
      names = "--service-key-file",
      description =
          "A file with the other project's service_role or secret key (default: the variable"
              + " SERVICE_KEY, or the file that SERVICE_KEY_FILE names).")
  @Nullable Path file;

  Optional<StorageApi> api() {
    return url == null ? Optional.empty() : Optional.of(new StorageApi(url, key()));
  }

  private Secret key() {
    if (file != null) {
      try {
        return Secret.of(Files.readString(file).strip());
      } catch (IOException e) {
        throw new StartFailure("The file %s cannot be read.".formatted(file), e);
      }
    }
    var key = Variables.all().get("SERVICE_KEY");
    if (key == null) {
      throw new StartFailure(
          "--storage-url needs the other project's service key; name its file with --service-key-file.");
    }
    return Secret.of(key);
  }
}
