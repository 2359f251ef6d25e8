package io.stabbur.functions.supervise;

import io.stabbur.platform.file.FileOwner;
import io.stabbur.platform.file.LockFile;
import io.stabbur.platform.file.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder with the sockets and temporary files of this program's functions, below the system's
/// temporary folder, since the path of a socket must be short. A lock says that it is in use: what
/// a killed program left is removed by the next one that starts.
final class ProcessHome implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessHome.class);
  private static final String PREFIX = "stabbur-functions-";
  private static final String LOCK = "lock";

  /// A younger folder may belong to a program that has not taken its lock yet.
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private final Path folder;
  private final LockFile lock;
  private final AtomicLong processes = new AtomicLong();

  private ProcessHome(Path folder, LockFile lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /// A new folder; those of programs that were killed are removed.
  static ProcessHome create() {
    return create(Path.of(System.getProperty("java.io.tmpdir")));
  }

  static ProcessHome create(Path temporary) {
    try {
      removeAbandoned(temporary);
      var folder = Files.createTempDirectory(temporary, PREFIX);
      return new ProcessHome(folder, LockFile.attempt(folder.resolve(LOCK)).orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void removeAbandoned(Path temporary) throws IOException {
    try (var folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (var each : folders) {
        removeIfAbandoned(each);
      }
    }
  }

  private static void removeIfAbandoned(Path home) {
    try {
      var changed = Files.getLastModifiedTime(home).toInstant();
      if (FileOwner.of(home).uid() != FileOwner.ofThisProcess() || isYoung(changed)) {
        return;
      }
      var lock = LockFile.attempt(home.resolve(LOCK));
      if (lock.isPresent()) {
        try (var _ = lock.get()) {
          Trees.delete(home);
          LOG.info("Removed the temporary folder of a killed Stabbur: {}", home);
        }
      }
    } catch (IOException e) {
      // somebody else's, or another program removes it at this moment
      LOG.debug("The folder {} stays: {}", home, e.toString());
    }
  }

  private static boolean isYoung(Instant changed) {
    return changed.isAfter(Instant.now().minus(YOUNG));
  }

  Path folder() {
    return folder;
  }

  /// A new folder for one process, readable by nobody else.
  Path newFolder() throws IOException {
    return Files.createDirectory(folder.resolve(Long.toString(processes.incrementAndGet(), 36)));
  }

  /// Removes the folder of one process; what cannot be removed now goes with the home.
  static void delete(Path folder) {
    try {
      Trees.delete(folder);
    } catch (IOException e) {
      LOG.debug("The folder {} stays: {}", folder, e.toString());
    }
  }

  @Override
  public void close() {
    try (lock) {
      Trees.delete(folder);
    } catch (IOException e) {
      LOG.debug("The folder {} stays: {}", folder, e.toString());
    }
  }
}
