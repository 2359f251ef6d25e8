package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Folders of tests, in `target/data`. Each is deleted when its server closes, or at the end of the
/// JVM after everything that writes to it ([AtExit]).
public final class DataFolders {
  private static final Set<Path> EXISTING = ConcurrentHashMap.newKeySet();

  private DataFolders() {}

  /// A new folder, passable for the user that Postgres runs as.
  static Path create() {
    PostgresAccount.ensure();
    AtExit.deleteFolders();
    try {
      var parent = Path.of("target", "data").toAbsolutePath();
      Files.createDirectories(parent);
      var folder =
          Files.createTempDirectory(
              parent,
              "server",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      EXISTING.add(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Deletes a folder and what is in it, without following links.
  public static void delete(Path folder) {
    EXISTING.remove(folder);
    try {
      Files.walkFileTree(folder, new Deletion());
    } catch (NoSuchFileException e) {
      // deleted before
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Deletes what is left. A process that outlives its test may still write there: such a folder
  /// stays for `mvn clean`.
  static void deleteAll() {
    for (var folder : Set.copyOf(EXISTING)) {
      try {
        delete(folder);
      } catch (UncheckedIOException e) {
        System.err.println("not deleted: " + e.getMessage());
      }
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
