package io.stabbur.platform.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// An empty file whose lock says who may work on what stands beside it, on a shared volume too. The
/// system lets go of it when the process dies, however that comes about.
public final class LockFile implements AutoCloseable {
  /// The system's locks are the process's; its threads take turns here.
  private static final ReentrantLock TURN = new ReentrantLock();

  /// What this process has: to open such a file once more and close it would let go of the lock.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private LockFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Takes the lock, unless another process or another part of this one has it.
  public static Optional<LockFile> attempt(Path file) throws IOException {
    var path = file.toAbsolutePath().normalize();
    if (!HELD.add(path)) {
      return Optional.empty();
    }
    var lock = Optional.<LockFile>empty();
    try {
      lock = locked(path);
      return lock;
    } finally {
      if (lock.isEmpty()) {
        HELD.remove(path);
      }
    }
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
    HELD.remove(file);
  }

  private static Optional<LockFile> locked(Path path) throws IOException {
    var channel = open(path);
    if (channel.tryLock() != null) {
      return Optional.of(new LockFile(path, channel));
    }
    channel.close();
    return Optional.empty();
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
