package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.ProjectFiles.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/// Copies single files into a repository and back. A version never changes, so each is copied once.
record FileCopies(Repository repository, ProjectFiles.Store store) {
  /// From how many bytes on one file would keep a restore waiting after all others.
  private static final long LONG = 256 << 20;

  /// Copies a version into the repository; empty where its bytes are not there.
  Optional<FileEntry> save(Version version) throws IOException {
    var found = store.read(version);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var digest = Crypto.sha256();
    long size;
    try (var in = new DigestInputStream(found.get(), digest);
        var out = repository.writeStream(repository.fileName(version.path()))) {
      size = in.transferTo(out);
    }
    return Optional.of(new FileEntry(version, size, hex(digest)));
  }

  /// Writes a file of the repository to the store.
  void restore(FileEntry entry) throws IOException {
    try (var in = checked(entry)) {
      store.write(entry.version(), in);
    }
  }

  /// The same on several processors where the file is long enough: for a restore that somebody
  /// waits for, beside which nothing is served.
  void restoreAhead(FileEntry entry) throws IOException {
    if (entry.size() < LONG) {
      restore(entry);
      return;
    }
    var name = repository.fileName(entry.version().path());
    try (var in = Repository.ahead(new Checked(repository.readStreamAhead(name), entry))) {
      store.write(entry.version(), in);
    }
  }

  /// Reads a file of the repository to its end.
  ///
  /// @throws DamagedException unless it has the bytes it had
  static void check(Repository repository, FileEntry entry) throws IOException {
    try (var in =
        new Checked(repository.readStream(repository.fileName(entry.version().path())), entry)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private InputStream checked(FileEntry entry) throws IOException {
    return new Checked(repository.readStream(repository.fileName(entry.version().path())), entry);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /// Fails at its end unless it gave the bytes that were promised.
  private static final class Checked extends DigestInputStream {
    private final FileEntry entry;
    private long size;
    private boolean ended;

    Checked(InputStream in, FileEntry entry) {
      super(in, Crypto.sha256());
      this.entry = entry;
    }

    @Override
    public int read() throws IOException {
      int sign = super.read();
      count(sign < 0 ? -1 : 1);
      return sign;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read = super.read(into, from, length);
      count(read);
      return read;
    }

    private void count(int read) {
      if (read >= 0) {
        size += read;
      } else if (!ended) {
        ended = true;
        if (size != entry.size() || !hex(getMessageDigest()).equals(entry.sha256())) {
          throw new DamagedException("A file of the backup repository has changed");
        }
      }
    }
  }
}
