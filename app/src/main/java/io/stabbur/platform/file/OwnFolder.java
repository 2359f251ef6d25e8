package io.stabbur.platform.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// Folders whose content this process trusts. A predictable path such as `/tmp/stabbur` may have
/// been prepared by another user of the machine.
public final class OwnFolder {
  /// Others may pass, such as the user Postgres runs as, but not see what is in it.
  private static final String PASSABLE = "rwx--x--x";

  private OwnFolder() {}

  /// Makes a folder and those above it that are missing, passable for all and readable for nobody
  /// else.
  ///
  /// @return why the folder is not to be trusted; empty when it is
  public static Optional<String> create(Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return distrust(folder);
    }
    var parent = folder.toAbsolutePath().normalize().getParent();
    if (parent != null && !Files.exists(parent)) {
      var above = create(parent);
      if (above.isPresent()) {
        return above;
      }
    }
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(PASSABLE));
    return Optional.empty();
  }

  private static Optional<String> distrust(Path path) throws IOException {
    if (isForeign(path)) {
      return Optional.of("it belongs to " + FileOwner.of(path).name());
    }
    var folder = path.toRealPath();
    if (isForeign(folder)) {
      return Optional.of("it belongs to " + FileOwner.of(folder).name());
    }
    return Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)
        ? Optional.of("everybody may write in it")
        : Optional.empty();
  }

  /// Whether the owner is neither root nor the user of this process.
  private static boolean isForeign(Path path) throws IOException {
    int owner = FileOwner.of(path).uid();
    return owner != 0 && owner != FileOwner.ofThisProcess();
  }
}
