package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.Repository;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which files a repository holds for a base backup or a stretch of the log, by path.
final class FileIndex {
  private FileIndex() {}

  static void write(Repository repository, String name, Collection<FileEntry> entries)
      throws IOException {
    try (var out = new DataOutputStream(repository.writeStream(name))) {
      for (var entry : entries) {
        entry.write(out);
      }
      FileEntry.writeEnd(out);
    }
  }

  /// The paths of files whose bytes were nowhere.
  static List<String> missing(Collection<FileEntry> entries) {
    return entries.stream()
        .filter(FileEntry::isMissing)
        .map(entry -> entry.version().path())
        .sorted()
        .toList();
  }

  /// Bytes of all files.
  static long bytes(Collection<FileEntry> entries) {
    return entries.stream().mapToLong(entry -> Math.max(0, entry.size())).sum();
  }

  static Map<String, FileEntry> read(Repository repository, String name) throws IOException {
    var entries = new LinkedHashMap<String, FileEntry>();
    try (var in = new DataInputStream(repository.readStream(name))) {
      while (in.readBoolean()) {
        var entry = FileEntry.read(in);
        entries.put(entry.version().path(), entry);
      }
    }
    return entries;
  }
}
