package io.stabbur.functions.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.functions.log.LogLine.RequestLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which calls have a line of their own, and what the others become.
class CountedCallsTest {
  private final CountedCalls calls = new CountedCalls(2);

  private static LogLine call(int status, long millis, @Nullable String error) {
    return new LogLine(
        Instant.now(),
        "greet",
        "1",
        "info",
        "some-execution",
        "GET " + status,
        new RequestLine("GET", status, millis, error, 1));
  }

  @Test
  void theFirstHaveALineEachAndTheOthersOne() {
    assertThat(calls.add(call(200, 5, null))).isFalse();
    assertThat(calls.add(call(200, 5, null))).isFalse();
    assertThat(calls.isEmpty()).isTrue();
    for (int millis = 1; millis <= 9; millis++) {
      assertThat(calls.add(call(200, millis, null))).isTrue();
    }
    assertThat(calls.add(call(204, 7, null))).isTrue();

    var lines = new ArrayList<LogLine>();
    calls.drainTo(lines);

    assertThat(lines).extracting(LogLine::execution).containsOnlyNulls();
    assertThat(requests(lines))
        .containsExactlyInAnyOrder(
            new RequestLine("GET", 200, 5, null, 9), new RequestLine("GET", 204, 7, null, 1));
    assertThat(calls.isEmpty()).isTrue();
    assertThat(calls.add(call(200, 5, null))).as("a new batch").isFalse();
  }

  @Test
  void whatFailedAndWhatFunctionsWroteIsNotCounted() {
    for (int i = 0; i < 10; i++) {
      assertThat(calls.add(call(500, 1, null))).isFalse();
      assertThat(calls.add(call(404, 1, null))).isFalse();
      assertThat(calls.add(call(200, 1, "LOST"))).isFalse();
      assertThat(calls.add(new LogLine(Instant.now(), "greet", "1", "info", null, "a line", null)))
          .isFalse();
    }
    assertThat(calls.isEmpty()).isTrue();
  }

  private static List<RequestLine> requests(List<LogLine> lines) {
    return lines.stream().map(line -> Objects.requireNonNull(line.request())).toList();
  }
}
