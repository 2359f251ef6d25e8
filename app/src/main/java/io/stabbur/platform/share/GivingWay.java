package io.stabbur.platform.share;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/// Threads and processes with work that takes a processor for long: they use whatever is idle, and
/// whoever else wants a processor gets it first. Linux counts niceness by thread, and raising it
/// needs no right; the JVM's own priorities change nothing there.
public final class GivingWay {
  private static final int NICE = 10;
  private static final int PRIO_PROCESS = 0;
  private static final int THIS_THREAD = 0;

  /// `int setpriority(int which, id_t who, int prio)`
  private static final Optional<MethodHandle> SETPRIORITY = find();

  private GivingWay() {}

  /// Whether threads can give way here.
  public static boolean isSupported() {
    return SETPRIORITY.isPresent();
  }

  /// Daemon threads that give way where that is supported.
  public static ThreadFactory threads(String name) {
    var plain = Thread.ofPlatform().name(name, 0).daemon().factory();
    return work ->
        plain.newThread(
            () -> {
              SETPRIORITY.ifPresent(each -> lower(each, THIS_THREAD));
              work.run();
            });
  }

  /// Lets a process of the same user give way from now on, with the threads that it has and those
  /// that they start. It stays so until it ends: taking niceness back needs a right.
  public static void process(long pid) {
    SETPRIORITY.ifPresent(
        setpriority -> {
          try (var threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            threads.forEach(
                thread ->
                    lower(setpriority, Integer.parseInt(String.valueOf(thread.getFileName()))));
          } catch (IOException | UncheckedIOException e) {
            // it has ended
          }
        });
  }

  @SuppressWarnings("restricted") // the function is the system's own, and its types are these
  private static Optional<MethodHandle> find() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Optional.empty();
    }
    try {
      var linker = Linker.nativeLinker();
      var takes =
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT);
      return linker
          .defaultLookup()
          .find("setpriority")
          .map(address -> linker.downcallHandle(address, takes));
    } catch (IllegalCallerException | UnsupportedOperationException _) {
      return Optional.empty();
    }
  }

  /// What it answers does not matter: a thread that stays as it is works as well.
  private static void lower(MethodHandle setpriority, int thread) {
    try {
      var _ = (int) setpriority.invokeExact(PRIO_PROCESS, thread, NICE);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
