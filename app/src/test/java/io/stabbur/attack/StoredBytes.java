package io.stabbur.attack;

import io.stabbur.project.StoreSettings;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The folder that keeps the bytes of objects and of parts of uploads, as it was in the beginning.
/// A version's file never changes, so only what was deleted has to be put back; an upload without a
/// part is an empty folder.
final class StoredBytes {
  private final Set<Path> folders = new LinkedHashSet<>();
  private final Map<Path, byte[]> files = new LinkedHashMap<>();

  StoredBytes(TestServer server) {
    if (server.project().store() instanceof StoreSettings.Folder folder) {
      try (var paths = Files.walk(folder.root())) {
        for (var path : paths.toList()) {
          if (Files.isDirectory(path)) {
            folders.add(path);
          } else {
            files.put(path, Files.readAllBytes(path));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  void restore() {
    folders.forEach(StoredBytes::make);
    files.forEach(
        (path, bytes) -> {
          if (!Files.exists(path)) {
            put(path, bytes);
          }
        });
  }

  private static void put(Path path, byte[] bytes) {
    make(Objects.requireNonNull(path.getParent()));
    try {
      Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
