package io.stabbur.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// What the tests of one JVM share is closed at its end, the newest first, and the data folders are
/// deleted after that; what a test class has started for itself is closed when its tests have run,
/// since a server that waits takes time from the tests that follow. One shutdown hook does it all:
/// several would run at the same time, and a folder could be deleted while its Postgres still
/// stops.
public final class AtExit {
  private static final Deque<AutoCloseable> SHARED = new ArrayDeque<>();
  private static final Map<Class<?>, Deque<AutoCloseable>> OF_CLASSES = new HashMap<>();
  private static final StackWalker CALLERS =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> closeAll(), "at-exit"));
  }

  private AtExit() {}

  /// Closes `shared` at the end of the test class that calls this, or, where another class does, at
  /// the end of the JVM.
  public static synchronized <T extends AutoCloseable> T close(T shared) {
    var caller = CALLERS.getCallerClass();
    var of =
        caller.getSimpleName().endsWith("Test")
            ? OF_CLASSES.computeIfAbsent(caller, _ -> new ArrayDeque<>())
            : SHARED;
    of.push(shared);
    return shared;
  }

  /// Closes what belongs to test classes that have ended.
  public static final class OfClasses implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
      context.getTestClass().ifPresent(AtExit::closeOf);
    }
  }

  /// Makes sure that folders are deleted at the end, even if nothing is shared.
  static void deleteFolders() {
    // loading this class is enough
  }

  private static synchronized void closeOf(Class<?> ended) {
    var shared = OF_CLASSES.remove(ended);
    if (shared != null) {
      closeAll(shared);
    }
  }

  private static synchronized void closeAll() {
    OF_CLASSES.values().forEach(AtExit::closeAll);
    closeAll(SHARED);
    DataFolders.deleteAll();
  }

  private static void closeAll(Deque<AutoCloseable> shared) {
    for (var each : shared) {
      try {
        each.close();
      } catch (Exception e) {
        System.err.println("not closed: " + e);
      }
    }
  }
}
