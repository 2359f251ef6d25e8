package io.stabbur.project.embedded;

import io.stabbur.platform.error.StartFailure;
import java.nio.file.Path;

/// Which programs the embedded Postgres is, and as whom they run.
///
/// @param osUser the operating-system user of Postgres if this process is root's
/// @param binaries [#BUNDLED] for those in the jar, [#AUTO] for the newest that are installed, or
///   the folder of installed ones
public record PostgresPrograms(String osUser, String binaries) {
  public static final String BUNDLED = "bundled";
  public static final String AUTO = "auto";

  public PostgresPrograms {
    if (!binaries.equals(BUNDLED) && !binaries.equals(AUTO) && !Path.of(binaries).isAbsolute()) {
      throw new StartFailure(
          "stabbur.postgres.binaries is %s; it must be `bundled`, `auto` or the whole path of a folder with Postgres' programs."
              .formatted(binaries));
    }
  }

  /// The programs for a copy of a database that a server of some major version had: those of these
  /// and of all that are installed in that version or else the next newer one, since they may have
  /// its extensions, or those in the jar where none is.
  public PostgresPrograms atLeast(int major) {
    return InstalledPostgres.atLeast(binaries, major)
        .map(folder -> new PostgresPrograms(osUser, folder.toString()))
        .orElseGet(() -> bundled(osUser));
  }

  /// The programs in the jar.
  public static PostgresPrograms bundled(String osUser) {
    return new PostgresPrograms(osUser, BUNDLED);
  }
}
