package io.stabbur.testing;

import java.util.ArrayDeque;
import java.util.Deque;

/// What the tests of one JVM share is closed at its end, the newest first, and the data folders are
/// deleted after that. One shutdown hook does it all: several would run at the same time, and a
/// folder could be deleted while its Postgres still stops.
public final class AtExit {
  private static final Deque<AutoCloseable> SHARED = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(AtExit::closeAll, "at-exit"));
  }

  private AtExit() {}

  /// Closes `shared` at the end of the JVM.
  public static synchronized <T extends AutoCloseable> T close(T shared) {
    SHARED.push(shared);
    return shared;
  }

  /// Makes sure that folders are deleted at the end, even if nothing is shared.
  static void deleteFolders() {
    // loading this class is enough
  }

  private static synchronized void closeAll() {
    for (var shared : SHARED) {
      try {
        shared.close();
      } catch (Exception e) {
        System.err.println("not closed: " + e);
      }
    }
    DataFolders.deleteAll();
  }
}
