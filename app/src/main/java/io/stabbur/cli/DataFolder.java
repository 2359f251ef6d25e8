package io.stabbur.cli;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// The data folder as the command sees it. A process that works on it holds a lock on the file
/// `command.lock` until it releases it or ends; the kernel releases it however a process ends. What
/// `status` and `down` need is in `running.properties`, readable by its owner alone.
final class DataFolder {
  /// Under this name the token of the command stands in `running.properties`.
  static final String OPERATOR_TOKEN = "OPERATOR_TOKEN";

  /// The folder of the migrations that the server runs.
  static final String MIGRATIONS = "MIGRATIONS";

  private final Path folder;
  private @Nullable LockFile lock;

  DataFolder(Path folder) {
    this.folder = folder;
  }

  Path path() {
    return folder;
  }

  /// Makes the folder and checks that files can be written in it.
  private void prepare() {
    try {
      StartFailure.requireSafe(folder);
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

  /// Takes the folder for this process until it ends, or refuses when another one has it.
  void claim() {
    prepare();
    try {
      lock = LockFile.attempt(lockFile()).orElseThrow(this::inUse);
      clear();
    } catch (IOException e) {
      throw new StartFailure(
          "%s cannot be locked; check its owner and permissions.".formatted(lockFile()), e);
    }
  }

  /// Gives the folder back; a process that ends need not.
  void release() {
    try {
      if (lock != null) {
        lock.close();
        lock = null;
      }
    } catch (IOException e) {
      throw new StartFailure("%s cannot be released.".formatted(lockFile()), e);
    }
  }

  private StartFailure inUse() {
    return new StartFailure(
        "Stabbur already runs on the data folder %s%s; stop it with `stabbur down`, or give another folder with --data."
            .formatted(folder, load().map(r -> " as process " + r.getProperty("PID")).orElse("")));
  }

  /// Forgets what `status` knows; only for the process that has claimed the folder.
  void clear() {
    if (lock == null) {
      return;
    }
    try {
      Files.deleteIfExists(file());
    } catch (IOException e) {
      throw new StartFailure("%s cannot be deleted.".formatted(file()), e);
    }
  }

  /// What the running process wrote, or a refusal that says why nothing can be asked of it.
  Properties mustRun() {
    return running()
        .orElseThrow(
            () ->
                new StartFailure(
                    Files.exists(folder)
                        ? "Stabbur is not running on %s; start it with `stabbur up`."
                            .formatted(folder)
                        : "The data folder %s does not exist; name the one given to `up` with --data, or start Stabbur with `stabbur up`."
                            .formatted(folder)));
  }

  /// What the running process wrote, if one runs and is ready.
  Optional<Properties> running() {
    if (Files.notExists(lockFile())) {
      return Optional.empty();
    }
    try {
      var free = LockFile.attempt(lockFile());
      if (free.isEmpty()) {
        return Optional.of(load().orElseThrow(this::isBusy));
      }
      free.get().close();
      return Optional.empty();
    } catch (IOException e) {
      throw new StartFailure(
          "%s cannot be read; check its owner and permissions.".formatted(lockFile()), e);
    }
  }

  private StartFailure isBusy() {
    return new StartFailure(
        "Stabbur is just starting, or another command works, on %s; try again in a moment."
            .formatted(folder));
  }

  static Optional<ProcessHandle> process(Properties running) {
    return ProcessHandle.of(Long.parseLong(running.getProperty("PID")));
  }

  /// What the process that has claimed the folder wrote.
  Optional<Properties> load() {
    var properties = new Properties();
    try (var in = Files.newBufferedReader(file())) {
      properties.load(in);
      return Optional.of(properties);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StartFailure("%s cannot be read.".formatted(file()), e);
    }
  }

  private Path lockFile() {
    return folder.resolve("command.lock");
  }

  private Path file() {
    return folder.resolve("running.properties");
  }
}
