package io.stabbur.functions.deploy;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// Folders as one file, and back.
final class Archive {
  private Archive() {}

  /// Packs the files below a folder that are wanted.
  static void pack(Path folder, Predicate<Path> wanted, Path into) throws IOException {
    try (var out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(into)));
        var files = Files.walk(folder)) {
      for (var file :
          (Iterable<Path>) files.filter(Files::isRegularFile).filter(wanted).sorted()::iterator) {
        out.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
  }

  /// Unpacks into a folder. An entry that would land outside of it is an error.
  static void unpack(InputStream archive, Path into) throws IOException {
    Files.createDirectories(into);
    try (var in = new ZipInputStream(new BufferedInputStream(archive))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        var file = into.resolve(entry.getName()).normalize();
        if (!file.startsWith(into) || entry.isDirectory()) {
          throw new IOException("an archive names " + entry.getName());
        }
        Files.createDirectories(file.getParent());
        Files.copy(in, file);
      }
    }
  }
}
