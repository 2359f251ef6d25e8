package io.stabbur.operations.backup;

import io.stabbur.project.ProjectFiles.Version;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/// A file of a backup: one version, and what its bytes must be. A version that a row names and
/// whose bytes were nowhere when it was to be copied is an entry too: a restore goes on without it.
record FileEntry(Version version, long size, String sha256) {
  private static final long MISSING = -1;

  static FileEntry missing(Version version) {
    return new FileEntry(version, MISSING, "");
  }

  boolean isMissing() {
    return size == MISSING;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeBoolean(true);
    out.writeUTF(version.bucket());
    out.writeUTF(version.name());
    out.writeUTF(version.version());
    out.writeLong(size);
    out.writeUTF(sha256);
  }

  /// After the last entry.
  static void writeEnd(DataOutputStream out) throws IOException {
    out.writeBoolean(false);
  }

  /// The entry whose mark was read.
  static FileEntry read(DataInputStream in) throws IOException {
    return new FileEntry(
        new Version(in.readUTF(), in.readUTF(), in.readUTF()), in.readLong(), in.readUTF());
  }
}
