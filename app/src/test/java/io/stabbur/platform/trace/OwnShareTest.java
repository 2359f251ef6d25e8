package io.stabbur.platform.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpRequest;
import java.net.URI;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OwnShareTest {
  /// A trace id that sampling by id takes whatever the share is.
  private static final String CHOSEN = "00000000000000000000000000000001";

  private static OpenTelemetrySpans spans(double share) {
    var nowhere = URI.create("http://127.0.0.1:9/v1/traces");
    return OpenTelemetrySpans.sentTo(new TracingSettings(nowhere, null, share, "stabbur"));
  }

  private static HttpRequest<?> request(String flags) {
    return HttpRequest.GET("/")
        .header("traceparent", "00-" + CHOSEN + "-00f067aa0ba902b7-" + flags);
  }

  private static long taken(double share, String flags) {
    try (var spans = spans(share)) {
      return IntStream.range(0, 2_000)
          .filter(_ -> !(spans.request(request(flags)) instanceof OpenTelemetrySpans.Passing))
          .count();
    }
  }

  @Test
  void aClientChoosesNeitherByItsFlagNorByItsTraceId() {
    for (var flags : new String[] {"01", "00"}) {
      assertThat(taken(0, flags)).isZero();
      assertThat(taken(0.5, flags)).isBetween(700L, 1_300L);
      assertThat(taken(1, flags)).isEqualTo(2_000);
    }
  }

  @Test
  void aRequestThatIsNotTakenPassesItsTraceOnAndHasNoSpans() {
    try (var spans = spans(0)) {
      var request = spans.request(request("01"));

      assertThat(spans.work("chore")).isSameAs(Section.NONE);
      assertThat(spans.section("hook", request)).isSameAs(request);
      assertThat(spans.call("function", request).traceparent())
          .matches("00-" + CHOSEN + "-[0-9a-f]{16}-00");
      assertThat(spans.call("function", spans.request(HttpRequest.GET("/"))).traceparent())
          .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }
  }
}
