package io.stabbur.project.embedded;

import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// A file beside the cluster that only the operating-system user of Postgres may read: functions of
/// the superuser read it. It is in no copy of the cluster and in no dump.
public final class EngineFile {
  private final Path path;
  private final PostgresUser user;

  private EngineFile(Path path, PostgresUser user) {
    this.path = path;
    this.user = user;
  }

  /// A file of a data folder.
  ///
  /// @param osUser the user of Postgres if this process is root's
  public static EngineFile of(Path folder, String name, String osUser) {
    try {
      return new EngineFile(path(folder, name), PostgresUser.of(folder.toRealPath(), osUser));
    } catch (IOException e) {
      throw failure(name, e);
    }
  }

  /// Where a file of a data folder is.
  public static Path path(Path folder, String name) {
    try {
      return folder.toRealPath().resolve(name);
    } catch (IOException e) {
      throw failure(name, e);
    }
  }

  /// Replaces the file at once.
  public void write(String text) {
    try {
      var fresh =
          Files.createTempFile(
              path.getParent(),
              "engine",
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(fresh, text);
        user.own(fresh);
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw failure(String.valueOf(path.getFileName()), e);
    }
  }

  private static StartFailure failure(String name, IOException e) {
    return new StartFailure(
        "The file %s for the embedded Postgres cannot be written in the data folder: %s"
            .formatted(name, e.getMessage()),
        e);
  }
}
