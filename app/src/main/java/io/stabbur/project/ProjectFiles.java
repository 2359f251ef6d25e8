package io.stabbur.project;

import io.stabbur.platform.db.Transaction;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The bytes of a project's files as a backup sees them: versions that never change, encrypted
/// where they are stored encrypted. Which versions there are, the database says. The room of files
/// provides it.
public interface ProjectFiles {
  /// One version of one file.
  record Version(String bucket, String name, String version) {
    /// Names the version in a backup.
    public String path() {
      return bucket + '/' + name + '/' + version;
    }
  }

  /// Where the bytes of one project are.
  interface Store extends AutoCloseable {
    /// Opens the bytes; empty where there are none. The caller closes them.
    Optional<InputStream> read(Version version);

    /// Stores the bytes, in the place of those that are there.
    void write(Version version, InputStream bytes);

    @Override
    void close();
  }

  /// Tells every version that a row owns, and those removed whose bytes are still there.
  ///
  /// @param tx as a role that sees all rows of the schema `storage`
  /// @param since only what was stored or removed from then on; null for all
  void versions(Transaction tx, @Nullable Instant since, Consumer<Version> visitor);

  /// Tells the versions whose bytes a row needs, and no others.
  void owned(Transaction tx, Consumer<Version> visitor);

  /// Whether a row needs the bytes of this version.
  boolean isOwned(Transaction tx, Version version);

  /// The store of a project of that name.
  Store open(StoreSettings store, String project);
}
