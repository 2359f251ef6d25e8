package io.stabbur.operations.backup;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.file.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `backup-writer` in a project's folder: tells this folder from copies of it. It is in no backup,
/// so what was restored is another writer and cannot mix its log with that of its source.
final class WriterFile {
  private static final int BYTES = 16;

  private WriterFile() {}

  static String of(Path folder) throws IOException {
    var file = folder.resolve("backup-writer");
    if (!Files.exists(file)) {
      DurableFile.write(file, Crypto.randomText(BYTES));
    }
    return Files.readString(file).strip();
  }
}
