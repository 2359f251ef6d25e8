package io.stabbur.platform.trace;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;

/// Switches traces on where an endpoint is set, and sends what waits at the end.
@Context
@Requires(property = "stabbur.tracing.endpoint")
final class Tracing {
  private final OpenTelemetrySpans spans;

  Tracing(TracingSettings settings) {
    this.spans = OpenTelemetrySpans.sentTo(settings);
    Traces.use(spans);
  }

  @PreDestroy
  void close() {
    Traces.stop(spans);
    spans.close();
  }
}
