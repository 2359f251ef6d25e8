package io.stabbur.platform.share;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// How nice a thread is, as the kernel has it.
@EnabledOnOs(OS.LINUX)
class GivingWayTest {
  @Test
  void aThreadGivesWayAndNoOtherDoes() throws Exception {
    int before = niceness();
    Callable<Integer> question = GivingWayTest::niceness;
    try (var executor = Executors.newSingleThreadExecutor(GivingWay.threads("nice-"))) {
      assertThat(executor.submit(question).get()).isEqualTo(Math.max(before, 10));
    }
    assertThat(niceness()).isEqualTo(before);
    assertThat(GivingWay.isSupported()).isTrue();
  }

  @Test
  void aProcessGivesWayUntilItsEnd() throws Exception {
    var process = new ProcessBuilder("sleep", "60").start();
    try {
      GivingWay.process(process.pid());

      assertThat(niceness("/proc/" + process.pid() + "/stat")).isEqualTo(10);
    } finally {
      process.destroyForcibly().waitFor();
    }
    GivingWay.process(process.pid());
  }

  private static int niceness() throws IOException {
    return niceness("/proc/thread-self/stat");
  }

  /// Field 19 of the stat of a thread; the name before it may hold blanks.
  private static int niceness(String file) throws IOException {
    var stat = Files.readString(Path.of(file));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
  }
}
