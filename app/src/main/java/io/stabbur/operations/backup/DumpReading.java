package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.project.ClientPrograms;
import java.io.IOException;
import java.security.DigestInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/// Reads the newest dump of a repository to its end: the archive has the bytes it had and
/// `pg_restore` understands all of it, its keys are there, and so is every file. It proves less
/// than a restore.
final class DumpReading {
  private DumpReading() {}

  /// @throws DamagedException when something is not what was backed up
  static Rehearsal.Proven newest(Repository repository) throws IOException {
    var began = Instant.now();
    var backup =
        Catalog.read(repository)
            .flatMap(Catalog::newest)
            .orElseThrow(() -> new DamagedException("There is no backup in this place"));
    var manifest = Manifest.read(repository, backup);
    var _ = KeyFiles.read(repository);
    archive(repository, manifest);
    long files = 0;
    for (var entry : FileIndex.read(repository, backup.object("files")).values()) {
      if (!entry.isMissing()) {
        FileCopies.check(repository, entry);
        files++;
      }
    }
    return new Rehearsal.Proven(
        backup, files, manifest.rows().size(), Duration.between(began, Instant.now()));
  }

  private static void archive(Repository repository, Manifest manifest) throws IOException {
    var program = ClientPrograms.installed().newest("pg_restore");
    var sha = Crypto.sha256();
    try (var in =
        new DigestInputStream(repository.readStream(manifest.backup().object("database")), sha)) {
      var _ = DatabaseDump.read(program, in);
    }
    if (!HexFormat.of().formatHex(sha.digest()).equals(manifest.archiveSha256())) {
      throw new DamagedException("The dump of the database is not the one of its manifest");
    }
  }
}
