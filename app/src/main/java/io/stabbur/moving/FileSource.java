package io.stabbur.moving;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Where files come from. Used by several threads at once.
public interface FileSource extends AutoCloseable {
  /// Opens a file; the caller closes it. Empty where there is none.
  Optional<Content> open(StoredFile file) throws IOException, InterruptedException;

  @Override
  default void close() {}

  /// The bytes of a file.
  record Content(InputStream bytes, long length) {}

  /// Which file is meant.
  ///
  /// @param version as its row names it; some stores keep files by it
  record StoredFile(String bucket, String name, String version) {
    String title() {
      return bucket + "/" + name;
    }
  }
}
