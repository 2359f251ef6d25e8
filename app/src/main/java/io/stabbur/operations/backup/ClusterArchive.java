package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/// The files of a Postgres cluster in one tar stream, copied while the server writes: what it
/// changes meanwhile, recovery repairs from the log.
final class ClusterArchive implements AutoCloseable {
  /// What Postgres makes anew, as its own base backup leaves it out too.
  private static final Set<String> EMPTY_FOLDERS =
      Set.of(
          "pg_wal",
          "pg_dynshmem",
          "pg_notify",
          "pg_replslot",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  private static final Set<String> LEFT_OUT =
      Set.of(
          "postmaster.pid",
          "postmaster.opts",
          "backup_label",
          "tablespace_map",
          "recovery.signal",
          "standby.signal");
  private static final Path CONTROL = Path.of("global", "pg_control");
  private static final int BUFFER = 1 << 16;

  private final TarArchiveOutputStream tar;
  private long bytes;

  ClusterArchive(OutputStream out) {
    tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  /// Bytes of the files so far.
  long bytes() {
    return bytes;
  }

  /// Copies the cluster, the file that says where recovery begins last.
  void addCluster(Path cluster) throws IOException {
    Files.walkFileTree(
        cluster,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            var name = cluster.relativize(folder).toString();
            if (!name.isEmpty()) {
              addFolder(name);
            }
            return EMPTY_FOLDERS.contains(name)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            var name = cluster.relativize(file);
            if (attributes.isRegularFile() && !isLeftOut(name)) {
              addFile(name.toString(), file);
            } else if (attributes.isSymbolicLink()) {
              throw new IOException(
                  "the tablespace %s is outside the data folder and cannot be backed up"
                      .formatted(name));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // the server removed it, which the log says too
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            if (e != null && !(e instanceof NoSuchFileException)) {
              throw e;
            }
            return FileVisitResult.CONTINUE;
          }
        });
    addFile(CONTROL.toString(), cluster.resolve(CONTROL));
  }

  private static boolean isLeftOut(Path name) {
    var file = String.valueOf(name.getFileName());
    return name.equals(CONTROL)
        || LEFT_OUT.contains(name.toString())
        || file.startsWith("pgsql_tmp")
        || file.startsWith("pg_internal.init");
  }

  private void addFolder(String name) throws IOException {
    var entry = new TarArchiveEntry(name + '/');
    entry.setMode(0700);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  /// A file that shrinks while it is read is filled up with zeros, one that grows is cut.
  void addFile(String name, Path file) throws IOException {
    try (var in = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long size = in.size();
      begin(name, size);
      copy(Channels.newInputStream(in), size);
      tar.closeArchiveEntry();
    } catch (NoSuchFileException e) {
      // the server removed it between the two looks
    }
  }

  void addText(String name, String text) throws IOException {
    var content = text.getBytes(StandardCharsets.UTF_8);
    begin(name, content.length);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private void begin(String name, long size) throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setMode(0600);
    entry.setSize(size);
    tar.putArchiveEntry(entry);
    bytes += size;
  }

  private void copy(InputStream in, long size) throws IOException {
    var buffer = new byte[BUFFER];
    long left = size;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        java.util.Arrays.fill(buffer, (byte) 0);
        read = (int) Math.min(buffer.length, left);
      }
      tar.write(buffer, 0, read);
      left -= read;
    }
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  /// Writes the files of an archive into a new folder, for their owner alone.
  static void extract(InputStream archive, Path folder) throws IOException {
    var tar = new TarArchiveInputStream(archive);
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      var path = folder.resolve(entry.getName()).normalize();
      if (!path.startsWith(folder)) {
        throw new DamagedException("The archive names a file outside its folder");
      }
      if (entry.isDirectory()) {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      } else {
        try (var out = Files.newOutputStream(path)) {
          write(tar, out);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      }
    }
    archive.transferTo(OutputStream.nullOutputStream());
  }

  private static void write(InputStream in, OutputStream out) throws IOException {
    var buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
    }
  }
}
