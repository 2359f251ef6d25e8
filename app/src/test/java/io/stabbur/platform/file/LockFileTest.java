package io.stabbur.platform.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may work on a file when several processes, or several threads of one, want to.
class LockFileTest {
  @TempDir Path folder;

  @Test
  void anotherProcessIsWaitedForAndSeen() throws Exception {
    var lock = folder.resolve("some.lock");
    var order = new ConcurrentLinkedQueue<String>();
    var other = holder(lock);
    try {
      assertThat(other.getInputStream().read()).isEqualTo('h');
      assertThat(LockFile.attempt(lock)).isEmpty();
      var waiting = CompletableFuture.supplyAsync(() -> note(lock, order));

      order.add("the other lets go");
      other.getOutputStream().close();

      assertThat(waiting.get(20, TimeUnit.SECONDS)).containsExactly("the other lets go", "mine");
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void aKilledProcessHoldsNothing() throws Exception {
    var lock = folder.resolve("some.lock");
    var other = holder(lock);
    assertThat(other.getInputStream().read()).isEqualTo('h');

    other.destroyForcibly().waitFor();

    LockFile.attempt(lock).orElseThrow().close();
  }

  @Test
  void oncePerProcessAndAskingAgainLetsNotGo() throws Exception {
    var lock = folder.resolve("some.lock");
    var taken = LockFile.attempt(lock).orElseThrow();

    assertThat(LockFile.attempt(lock)).isEmpty();

    var other = holder(lock, "attempt");
    assertThat(other.getInputStream().read()).as("seen by another process").isEqualTo('b');
    other.waitFor();
    taken.close();
    LockFile.attempt(lock).orElseThrow().close();
  }

  @Test
  void threadsTakeTurns() throws Exception {
    var file = Files.writeString(folder.resolve("count"), "0");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        var _ = threads.submit(() -> LockFile.hold(folder.resolve("count.lock"), () -> more(file)));
      }
    }

    assertThat(file).content().isEqualTo("40");
  }

  private static ConcurrentLinkedQueue<String> note(Path lock, ConcurrentLinkedQueue<String> to) {
    try {
      return LockFile.hold(
          lock,
          () -> {
            to.add("mine");
            return to;
          });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int more(Path file) throws IOException {
    int next = Integer.parseInt(Files.readString(file)) + 1;
    Files.writeString(file, Integer.toString(next));
    return next;
  }

  private static Process holder(Path lock, String... how) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            lock.toString(),
            String.join("", how))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// Holds a lock until its standard input ends; or says whether it could be had.
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      if (arguments[1].equals("attempt")) {
        System.out.print(LockFile.attempt(Path.of(arguments[0])).isPresent() ? "h" : "b");
        return;
      }
      var _ =
          LockFile.hold(
              Path.of(arguments[0]),
              () -> {
                System.out.print("h");
                System.out.flush();
                return System.in.read();
              });
    }
  }
}
