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
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Folders of tests: in memory where `-Dtests.data=memory` asks for it, as long as the machine has
/// plenty, else in `target/data`. Each is deleted when its server closes, or at the end of the JVM
/// after everything that writes to it ([AtExit]).
public final class DataFolders {
  private static final Set<Path> EXISTING = ConcurrentHashMap.newKeySet();
  private static final Path DISK = Path.of("target", "data").toAbsolutePath();
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String OF_PROCESS = "stabbur-tests-";
  private static final long ROOM = 8L << 30;

  /// What must be left for programs: many servers of tests live as long as their JVM.
  private static final long LEFT_KB = 14L << 20;

  private static @Nullable Path parent;

  private DataFolders() {}

  /// A new folder, passable for the user that Postgres runs as.
  static Path create() {
    try {
      return create(hasMemory() ? parent() : DISK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same on the disk in any case: Deno lets no program read a file below `/dev`.
  static Path onDisk() {
    return create(DISK);
  }

  private static Path create(Path parent) {
    PostgresAccount.ensure();
    AtExit.deleteFolders();
    try {
      var folder =
          Files.createTempDirectory(
              Files.createDirectories(parent),
              "server",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      EXISTING.add(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasMemory() throws IOException {
    var memory = Path.of("/proc/meminfo");
    if (!Files.exists(memory)) {
      return false;
    }
    try (var lines = Files.lines(memory)) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .map(line -> line.replaceAll("\\D", ""))
          .anyMatch(kilobytes -> Long.parseLong(kilobytes) > LEFT_KB);
    }
  }

  private static synchronized Path parent() throws IOException {
    if (parent == null) {
      parent = isInMemory() ? MEMORY.resolve(OF_PROCESS + ProcessHandle.current().pid()) : DISK;
    }
    return parent;
  }

  /// Whether programs run from a memory file system, and it has room; what killed runs have left
  /// there is deleted before.
  private static boolean isInMemory() throws IOException {
    if (!System.getProperty("tests.data", "").equals("memory") || !Files.isWritable(MEMORY)) {
      return false;
    }
    try (var others = Files.newDirectoryStream(MEMORY, OF_PROCESS + "*")) {
      for (var other : others) {
        var pid = other.getFileName().toString().substring(OF_PROCESS.length());
        if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
          delete(other);
        }
      }
    }
    return Files.getFileStore(MEMORY).getUsableSpace() > ROOM && runsPrograms();
  }

  private static boolean runsPrograms() throws IOException {
    var program =
        Files.createTempFile(
            MEMORY,
            "stabbur",
            ".sh",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Files.writeString(program, "#!/bin/sh\nexit 0\n");
      return new ProcessBuilder(program.toString()).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // mounted without the right to execute
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      Files.delete(program);
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
  static synchronized void deleteAll() {
    var folders = new ArrayList<>(EXISTING);
    if (parent != null && parent.startsWith(MEMORY)) {
      folders.add(parent);
    }
    for (var folder : folders) {
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
