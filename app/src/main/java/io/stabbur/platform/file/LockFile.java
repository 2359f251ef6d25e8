package io.stabbur.platform.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// An empty file whose lock says who may work on what stands beside it, on a shared volume too. The
/// system lets go of it when the process dies, however that comes about.
public final class LockFile implements AutoCloseable {
  /// The system's locks are the process's; its threads take turns here.
  private static final ReentrantLock TURN = new ReentrantLock();

  private final FileChannel channel;

  private LockFile(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the lock, unless another process or another part of this one has it.
  public static Optional<LockFile> attempt(Path file) throws IOException {
    var channel = open(file);
    try {
      if (channel.tryLock() != null) {
        return Optional.of(new LockFile(channel));
      }
    } catch (OverlappingFileLockException e) {
      // held by this very process: taken, like any other holder's
    }
    channel.close();
    return Optional.empty();
  }

  /// Waits for the lock, works, and lets go of it. For short work.
  public static <T> T hold(Path file, Work<T> work) throws IOException {
    TURN.lock();
    try (var channel = open(file);
        var _ = channel.lock()) {
      return work.run();
    } finally {
      TURN.unlock();
    }
  }

  /// What is done under the lock.
  public interface Work<T> {
    T run() throws IOException;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
