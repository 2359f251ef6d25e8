package io.stabbur.project.embedded;

import io.stabbur.project.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Keeps a data folder to one process, from before its Postgres is touched until after it has
/// stopped. The system lets go of it when the process dies, however that comes about.
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the folder, or refuses because another process (or a project of this one) has it.
  static FolderLock take(Path folder) throws IOException {
    var channel =
        FileChannel.open(
            folder.resolve("stabbur.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new FolderLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // held by this very process: refused below like any other holder
    }
    channel.close();
    throw new StartFailure(
        "Another Stabbur uses the data folder %s; wait until it has ended or stop it with `stabbur down`, or give another folder with --data."
            .formatted(folder));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
