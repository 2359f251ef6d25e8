package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.testing.TestServer;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What pages leave in memory once nobody looks at them any more.
@Tag("nightly")
class ConsoleMemoryTest {
  private static final int ROUNDS = 5;
  private static final double MOST_MEGABYTES = 10;

  @Test
  void pagesThatWereReadLeaveLittle() throws InterruptedException {
    try (var server = TestServer.start(Map.of())) {
      var owner = Browser.of(server, "owner");
      double before = megabytes();
      for (int i = 0; i < ROUNDS; i++) {
        for (var language : List.of("nb", "en")) {
          owner.reading(language);
          for (var page : PageChecks.pages()) {
            assertThat(owner.get(page).statusCode()).as(page).isEqualTo(200);
          }
        }
      }
      double grown = megabytes() - before;
      System.out.printf("pages left %.1f MB%n", grown);
      assertThat(grown).isLessThan(MOST_MEGABYTES);
    }
  }

  /// What is alive: objects, classes and compiled code.
  private static double megabytes() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(1_000);
    }
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .map(MemoryPoolMXBean::getUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum()
        / 1e6;
  }
}
