package io.stabbur.functions.supervise;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// How much a process keeps in its temporary folder.
final class TemporaryFiles {
  /// An entry takes space whatever is in it.
  private static final long ENTRY_BYTES = 4096;

  private TemporaryFiles() {}

  /// Whether the files of a folder have more bytes than that. Stops counting there.
  static boolean exceed(Path folder, long most) {
    var count = new Count(most);
    try {
      Files.walkFileTree(folder, count);
    } catch (IOException e) {
      // its process is removing them: the next look sees what is left
      return false;
    }
    return count.bytes > most;
  }

  private static final class Count extends SimpleFileVisitor<Path> {
    private final long most;
    private long bytes;

    Count(long most) {
      this.most = most;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      return counted(Math.max(ENTRY_BYTES, attributes.size()));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return counted(ENTRY_BYTES);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    private FileVisitResult counted(long more) {
      bytes += more;
      return bytes > most ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }
  }
}
