package io.stabbur.platform.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// A small file that its owner alone may read and that is replaced as a whole: after a crash it has
/// the old content or the new.
public final class DurableFile {
  private DurableFile() {}

  /// Replaces the content; it is on disk when this returns, and so is the file's name.
  public static void write(Path file, String content) throws IOException {
    var parent = file.toAbsolutePath().getParent();
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var fresh = Files.createTempFile(parent, file.getFileName().toString(), ".new", ownerOnly);
    try {
      Files.writeString(fresh, content);
      try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    try (var folder = FileChannel.open(parent, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
