package io.stabbur.storage.backend;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Plain files under one folder: `<tenant>/<bucket>/<object name>/<version>`. A file is written
/// beside the tree, forced to disk and renamed into place, and its folders are forced too, so after
/// a crash a version is there whole or not at all. Everything else about an object is in its row.
public final class FolderBackend implements Backend {
  private static final String WORK = ".work";

  /// From this length a file passes by the page cache.
  private static final long LARGE = 16L << 20;

  private static final FileAttribute<Set<PosixFilePermission>> OWN_FILE = only("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> OWN_FOLDER = only("rwx------");
  private final Path root;
  private final Path work;

  /// Folders that are being made, and by how many writers: their parents may not have been forced
  /// since. Whoever writes below one forces its parent, whoever has made it.
  private final Map<Path, Integer> unforced = new ConcurrentHashMap<>();

  public FolderBackend(Path root) {
    this.root = root.toAbsolutePath().normalize();
    this.work = this.root.resolve(WORK);
    try {
      Files.createDirectories(work, OWN_FOLDER);
    } catch (IOException e) {
      throw new IllegalStateException("the folder for objects cannot be made: " + root, e);
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> only(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  /// A new file that only its owner reads.
  private static FileChannel newFile(Path file) throws IOException {
    return FileChannel.open(
        file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWN_FILE);
  }

  @Override
  public Written write(
      VersionKey key, InputStream bytes, OptionalLong length, String contentType, Tagging tagging) {
    var target = file(key);
    return guarded(key, () -> settle(bytes, length, target, tagging));
  }

  /// Writes a stream to a new file beside the tree and moves it into place.
  private Written settle(InputStream bytes, OptionalLong length, Path target, Tagging tagging)
      throws IOException {
    var temporary = work.resolve(UUID.randomUUID().toString());
    try {
      Written written;
      try (var out = newFile(temporary);
          var direct = length.orElse(0) < LARGE ? null : DirectFile.tryOpen(temporary)) {
        written = HashedFile.write(bytes, direct == null ? HashedFile.sink(out) : direct, tagging);
        out.force(true);
      }
      place(temporary, target);
      return written;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /// Moves a file into place. A folder that gained one is forced before the file is moved there,
  /// the innermost first: what a file system writes for one of them it need not write again for the
  /// next. The file's own folder is forced last.
  private void place(Path temporary, Path target) throws IOException {
    var made = new ArrayList<Path>();
    try {
      while (!isPlaced(temporary, target, made)) {
        // a delete pruned the empty folder; those above it, made before, are still to be forced
      }
    } finally {
      made.forEach(this::release);
    }
  }

  /// False where the file's folder was removed before the file was in it.
  private boolean isPlaced(Path temporary, Path target, List<Path> made) throws IOException {
    try {
      makeFolders(parent(target), made);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      force(parent(target));
      return true;
    } catch (NoSuchFileException e) {
      if (!Files.exists(temporary)) {
        throw e;
      }
      return false;
    }
  }

  /// The folder of a path below the root, which therefore has one.
  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent());
  }

  /// Makes missing folders and forces each parent that gained one, here or where another writer has
  /// not forced it yet.
  private void makeFolders(Path folder) throws IOException {
    var made = new ArrayList<Path>();
    try {
      makeFolders(folder, made);
    } finally {
      made.forEach(this::release);
    }
  }

  /// @param made gets what is made, for [#release]
  private void makeFolders(Path folder, List<Path> made) throws IOException {
    if (!Files.isDirectory(folder)) {
      makeFolder(folder, made);
    }
    for (var at = folder; !unforced.isEmpty() && !at.equals(root); at = parent(at)) {
      if (unforced.containsKey(at)) {
        force(parent(at));
      }
    }
  }

  private void release(Path folder) {
    unforced.computeIfPresent(folder, (_, makers) -> makers == 1 ? null : makers - 1);
  }

  private void makeFolder(Path folder, List<Path> made) throws IOException {
    unforced.merge(folder, 1, Integer::sum);
    made.add(folder);
    try {
      Files.createDirectory(folder, OWN_FOLDER);
    } catch (NoSuchFileException e) {
      makeFolder(parent(folder), made);
      makeFolder(folder, made);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw new NotDirectoryException(folder.toString());
      }
    }
  }

  private static void force(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public InputStream read(VersionKey key, Span span) {
    var file = file(key);
    return guarded(key, () -> FileStream.open(file, span));
  }

  @Override
  public void copy(VersionKey from, VersionKey to, long size) {
    guarded(
        from,
        () -> {
          var source = file(from);
          var target = file(to);
          makeFolders(parent(target));
          try {
            // a version never changes, so two names may share its blocks
            Files.createLink(target, source);
            force(parent(target));
          } catch (NoSuchFileException e) {
            throw e;
          } catch (UnsupportedOperationException | FileSystemException e) {
            try (var in = Files.newInputStream(source)) {
              settle(in, OptionalLong.of(size), target, Tagging.NONE);
            }
          }
          return target;
        });
  }

  @Override
  public void delete(Collection<VersionKey> keys) {
    for (var key : keys) {
      guarded(
          key,
          () -> {
            var file = file(key);
            if (Files.isRegularFile(file)) {
              Files.delete(file);
            }
            prune(parent(file), root.resolve(key.tenant()));
            return file;
          });
    }
  }

  /// Removes folders that became empty, up to the tenant's own.
  private static void prune(Path folder, Path stop) throws IOException {
    var at = folder;
    while (at.startsWith(stop) && !at.equals(stop)) {
      try {
        Files.deleteIfExists(at);
      } catch (FileSystemException e) {
        return;
      }
      at = parent(at);
    }
  }

  @Override
  public boolean exists(VersionKey key) {
    return Files.isRegularFile(file(key));
  }

  @Override
  public void each(String tenant, Consumer<VersionKey> visitor) {
    var folder = root.resolve(FolderPath.encode(tenant));
    if (!Files.isDirectory(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              var key = VersionKey.parse(FolderPath.decode(root.relativize(file).toString()));
              if (key != null) {
                visitor.accept(key);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw unavailable();
    }
  }

  @Override
  public String begin(VersionKey key, String contentType) {
    var upload = UUID.randomUUID().toString();
    guarded(
        key,
        () -> {
          var folder = parts(upload);
          makeFolders(folder);
          return folder;
        });
    return upload;
  }

  @Override
  public Part part(
      VersionKey key,
      String upload,
      int number,
      InputStream bytes,
      OptionalLong length,
      Tagging tagging) {
    var folder = parts(upload);
    if (!Files.isDirectory(folder)) {
      throw new Missing();
    }
    var written =
        guarded(
            key, () -> settle(bytes, length, folder.resolve(Integer.toString(number)), tagging));
    return new Part(number, written.size(), written.etag());
  }

  @Override
  public Written join(VersionKey key, String upload, List<Part> parts) {
    var folder = parts(upload);
    var target = file(key);
    return guarded(
        key,
        () -> {
          var temporary = work.resolve(UUID.randomUUID().toString());
          long size = 0;
          try {
            try (var out = newFile(temporary)) {
              for (var part : parts) {
                size += append(folder.resolve(Integer.toString(part.number())), part, out);
              }
              out.force(true);
            }
            place(temporary, target);
          } finally {
            Files.deleteIfExists(temporary);
          }
          removeTree(folder);
          return new Written(size, Digests.joined(parts));
        });
  }

  /// A part that another writer has replaced meanwhile is not the one that was asked for.
  private static long append(Path file, Part part, FileChannel out) throws IOException {
    try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = in.size();
      if (size != part.size()) {
        throw new NoSuchFileException(file.toString());
      }
      for (long at = 0; at < size; ) {
        at += in.transferTo(at, size - at, out);
      }
      return size;
    }
  }

  @Override
  public void abandon(VersionKey key, String upload) {
    guarded(
        key,
        () -> {
          removeTree(parts(upload));
          return upload;
        });
  }

  private static void removeTree(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    for (var file : list(folder)) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }

  @Override
  public void tidy(String tenant, Instant before, Predicate<String> underWay) {
    try {
      for (var file : list(work)) {
        if (Files.isRegularFile(file) && isOlder(file, before)) {
          Files.deleteIfExists(file);
        }
      }
      for (var upload : list(work.resolve("parts"))) {
        var name = FolderPath.decode(String.valueOf(upload.getFileName()));
        if (isOlder(upload, before) && !underWay.test(name)) {
          removeTree(upload);
        }
      }
    } catch (IOException e) {
      throw unavailable();
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  /// Something that is gone already is not older.
  private static boolean isOlder(Path file, Instant moment) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(moment);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public long smallestPart() {
    return 1;
  }

  @Override
  public void close() {}

  /// Where a version's file is; a path that would leave the root is refused.
  private Path file(VersionKey key) {
    if (key.name().indexOf('\0') >= 0) {
      throw Backend.unstorable(key);
    }
    var file =
        root.resolve(FolderPath.encode(key.tenant()))
            .resolve(FolderPath.encode(key.bucket()))
            .resolve(FolderPath.encode(key.name()))
            .resolve(FolderPath.encode(key.version()))
            .normalize();
    if (!file.startsWith(root) || file.startsWith(work)) {
      throw Backend.unstorable(key);
    }
    return file;
  }

  private Path parts(String upload) {
    var folder = work.resolve("parts").resolve(FolderPath.encode(upload)).normalize();
    if (!folder.startsWith(work)) {
      throw new Missing();
    }
    return folder;
  }

  private interface FileWork<T> {
    T run() throws IOException;
  }

  private static <T> T guarded(VersionKey key, FileWork<T> body) {
    try {
      return body.run();
    } catch (NoSuchFileException e) {
      throw new Missing();
    } catch (NotDirectoryException e) {
      throw Backend.unstorable(key);
    } catch (FileSystemException e) {
      // a version's file stands where the name wants a folder
      if (String.valueOf(e.getReason()).contains("Not a directory")) {
        throw Backend.unstorable(key);
      }
      throw unavailable();
    } catch (IOException e) {
      throw unavailable();
    }
  }

  private static ApiException unavailable() {
    return new ApiException(new Failure.Unavailable("The object store cannot be reached"));
  }
}
