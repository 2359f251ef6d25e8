package io.stabbur.functions.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.functions.log.LogLine.RequestLine;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is added to the log of functions is written, and what cannot be is counted.
class FunctionLogTest {
  private static final int MANY = 100;
  private final TestServer server = TestServer.shared();
  private final String name = "log-" + UUID.randomUUID().toString().substring(0, 8);

  private FunctionLog log(int single) {
    return new FunctionLog(server.project(), line -> line, single);
  }

  private LogLine line(Instant at, String message, @Nullable RequestLine request) {
    return new LogLine(at, name, "1", "info", null, message, request);
  }

  private LogLine call(Instant at) {
    return line(at, "GET 200", new RequestLine("GET", 200, 1, null, 1));
  }

  private List<LogLine> written() {
    return new LogRows(server.project())
        .read(name, 0, MANY).stream().map(LogRows.Stored::line).toList();
  }

  @Test
  void whatWasAddedBeforeItClosesIsWritten() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      try (var log = log(MANY)) {
        log.add(line(Instant.now(), "line " + i, null));
        // lets the writer take it
        Thread.sleep(Duration.ofMillis(5));
      }
    }
    assertThat(written()).hasSize(10);
  }

  @Test
  void eachCallOfALineThatCannotBeWrittenCountsAsDropped() {
    var log = log(0);
    for (int i = 0; i < 7; i++) {
      log.add(call(Instant.MAX));
    }
    log.add(line(Instant.MAX, "a line", null));
    log.close();
    assertThat(log.dropped()).isEqualTo(8);
    assertThat(written()).isEmpty();
  }

  @Test
  void aCountedCallIsWrittenWithoutALineAfterIt() throws InterruptedException {
    try (var log = log(0)) {
      log.add(call(Instant.now()));
      var end = Instant.now().plusSeconds(20);
      while (written().isEmpty() && Instant.now().isBefore(end)) {
        Thread.sleep(Duration.ofMillis(50));
      }
      assertThat(written()).hasSize(1);
    }
  }
}
