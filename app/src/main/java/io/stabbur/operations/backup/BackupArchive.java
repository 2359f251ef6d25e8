package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/// One backup as a tar stream, its objects sealed as they lie in their place. Unpacked into a
/// folder it is a place from which `restore --backup` takes just this one. An object is read when
/// the stream comes to it.
@SuppressWarnings("JdkObsolete") // a SequenceInputStream asks an Enumeration
final class BackupArchive implements Enumeration<InputStream> {
  private static final int READABLE_BY_OWNER = 0600;

  private final Repository repository;
  private final String folder;
  private final Iterator<Name> names;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar;
  private @Nullable Name stream;
  private int part;
  private boolean isEnded;

  /// An object, or a stream of parts.
  private record Name(String text, boolean isStream, boolean isNeeded) {}

  private BackupArchive(Repository repository, String folder, Iterator<Name> names) {
    this.repository = repository;
    this.folder = folder;
    this.names = names;
    this.tar = new TarArchiveOutputStream(held, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  /// The stream of a backup.
  ///
  /// @param folder in which the archive has the objects, with a slash at its end
  static InputStream of(Repository repository, String folder, Backup backup) throws IOException {
    var index = FileIndex.read(repository, backup.object("files"));
    var objects =
        Stream.of(
            new Name("repository.json", false, true),
            new Name("catalog", false, true),
            new Name("keys", false, true),
            new Name(backup.object("manifest"), false, true),
            new Name(backup.object("roles"), false, backup.isDump()),
            new Name(backup.object("database"), true, true),
            new Name(backup.object("files"), true, true));
    var files =
        index.values().stream()
            .filter(entry -> !entry.isMissing())
            .map(entry -> repository.fileName(entry.version().path()))
            .distinct()
            .map(name -> new Name(name, true, true));
    var names = Stream.concat(objects, files).iterator();
    return new SequenceInputStream(new BackupArchive(repository, folder, names));
  }

  @Override
  public boolean hasMoreElements() {
    return !isEnded;
  }

  /// The next object with what stands before it, or the end of the archive.
  ///
  /// @throws DamagedException when an object is not there; what was read is no whole archive then
  @Override
  public InputStream nextElement() {
    if (isEnded) {
      throw new NoSuchElementException();
    }
    try {
      var next = next();
      if (next.isPresent()) {
        put(next.get());
      } else {
        isEnded = true;
        tar.finish();
      }
      tar.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var bytes = held.toByteArray();
    held.reset();
    return new ByteArrayInputStream(bytes);
  }

  /// An object by its name.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Found(String name, byte[] bytes) {}

  private void put(Found found) throws IOException {
    var entry = new TarArchiveEntry(folder + found.name());
    entry.setSize(found.bytes().length);
    entry.setMode(READABLE_BY_OWNER);
    tar.putArchiveEntry(entry);
    tar.write(found.bytes());
    tar.closeArchiveEntry();
  }

  private Optional<Found> next() {
    while (true) {
      var open = stream;
      if (open != null) {
        var name = open.text() + '.' + part;
        var found = repository.readPlain(name);
        if (found.isPresent()) {
          part++;
          return Optional.of(new Found(name, found.get()));
        }
        require(part > 0, open);
        stream = null;
      }
      if (!names.hasNext()) {
        return Optional.empty();
      }
      var name = names.next();
      if (name.isStream()) {
        stream = name;
        part = 0;
      } else {
        var found = repository.readPlain(name.text());
        require(found.isPresent() || !name.isNeeded(), name);
        if (found.isPresent()) {
          return Optional.of(new Found(name.text(), found.get()));
        }
      }
    }
  }

  private static void require(boolean isThere, Name name) {
    if (!isThere) {
      throw new DamagedException("The backup lacks its object %s".formatted(name.text()));
    }
  }
}
