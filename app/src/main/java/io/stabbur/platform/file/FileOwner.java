package io.stabbur.platform.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// The operating-system user a file belongs to; of a symbolic link, that of the link itself.
///
/// @param uid its number, 0 for root
/// @param name its name, or the number again where it has none
public record FileOwner(int uid, String name) {
  public static FileOwner of(Path file) throws IOException {
    var uid = (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return new FileOwner(uid, Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName());
  }

  /// The number of the user this process works as.
  public static int ofThisProcess() throws IOException {
    // "Uid:", then the real and the effective user
    for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Uid:")) {
        return Integer.parseInt(line.split("\\s+", -1)[2]);
      }
    }
    throw new IOException("/proc/self/status names no user");
  }
}
