package io.stabbur.platform.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.http.HttpRequest;
import java.net.URI;
import org.junit.jupiter.api.Test;

/// Traces are off unless an endpoint is set.
class TracesOffTest {
  @Test
  void nothingIsMadeAndNothingIsSent() {
    var request = HttpRequest.GET("/");
    Traces.begin(request);

    assertThat(Traces.section("database").put("a", "b")).isSameAs(Section.NONE);
    assertThat(Traces.call("function", request)).isSameAs(Section.NONE);
    assertThat(Section.NONE.traceparent()).isNull();
    assertThat(request.getAttributes().names()).isEmpty();
  }

  @Test
  void whatCannotBeIsRefusedAtTheStart() {
    for (var endpoint : new String[] {"collector:4318", "file:///tmp/spans", "/v1/traces"}) {
      assertThatThrownBy(() -> new TracingSettings(URI.create(endpoint), null, 1, "stabbur"))
          .hasMessageContaining("stabbur.tracing.endpoint");
    }
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new TracingSettings(null, null, share, "stabbur"))
          .hasMessageContaining("stabbur.tracing.share");
    }
  }
}
