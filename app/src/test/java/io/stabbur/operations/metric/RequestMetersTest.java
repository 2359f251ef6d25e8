package io.stabbur.operations.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stabbur.identity.AnsweredRequest;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RequestMeters meters = new RequestMeters(registry);

  private void answer(String project, String route, int status) {
    meters.answered(
        new AnsweredRequest(
            project, "", route, route, "GET", status, 1, Optional.empty(), Optional.empty()));
  }

  @Test
  void aProjectOfManyKindsLeavesRoomForThoseOfOthers() {
    for (int i = 0; i < 2 * RequestMeters.MOST_KINDS; i++) {
      answer("loud", "/functions/v1/{name}", 200 + i);
    }
    answer("quiet", "/rest/v1/{table}", 500);
    assertThat(
            registry
                .find("stabbur.http.requests")
                .tags("project", "quiet", "status", "500")
                .timer())
        .isNotNull();
    assertThat(registry.find("stabbur.http.requests").tag("project", "loud").timers())
        .hasSizeLessThan(RequestMeters.MOST_KINDS / 2);
    assertThat(
            registry
                .find("stabbur.http.requests")
                .tags("project", "loud", "route", "other")
                .timer())
        .isNotNull();
  }
}
