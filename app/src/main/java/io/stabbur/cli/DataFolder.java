package io.stabbur.cli;

import io.stabbur.project.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;

/// What a running Stabbur leaves in its data folder so that `status` and `down` find it:
/// `running.properties` with its process id, addresses and keys, readable by its owner alone.
final class DataFolder {
  private final Path folder;

  DataFolder(Path folder) {
    this.folder = folder;
  }

  Path path() {
    return folder;
  }

  /// Makes the folder and checks that files can be written in it.
  void prepare() {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "writable", null));
    } catch (IOException e) {
      throw new StartFailure(
          "The data folder %s cannot be written; check its owner and permissions, or choose another with --data."
              .formatted(folder.toAbsolutePath()),
          e);
    }
  }

  void write(Properties running) {
    try {
      Files.deleteIfExists(file());
      Files.createFile(
          file(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (var out = Files.newBufferedWriter(file())) {
        running.store(out, null);
      }
    } catch (IOException e) {
      throw new StartFailure("%s cannot be written.".formatted(file()), e);
    }
  }

  void clear() {
    try {
      Files.deleteIfExists(file());
    } catch (IOException e) {
      throw new StartFailure("%s cannot be deleted.".formatted(file()), e);
    }
  }

  /// What the running process wrote, if it still runs.
  Optional<Properties> running() {
    if (!Files.exists(file())) {
      return Optional.empty();
    }
    var properties = new Properties();
    try (var in = Files.newBufferedReader(file())) {
      properties.load(in);
    } catch (IOException e) {
      throw new StartFailure("%s cannot be read.".formatted(file()), e);
    }
    return process(properties).isPresent() ? Optional.of(properties) : Optional.empty();
  }

  static Optional<ProcessHandle> process(Properties running) {
    return ProcessHandle.of(Long.parseLong(running.getProperty("PID")))
        .filter(
            handle ->
                handle.info().command().map(command -> command.endsWith("java")).orElse(false));
  }

  private Path file() {
    return folder.resolve("running.properties");
  }
}
