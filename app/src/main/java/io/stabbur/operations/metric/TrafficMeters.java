package io.stabbur.operations.metric;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.stabbur.platform.http.Traffic;

/// `stabbur_http_requests_in_flight`, `stabbur_http_connections` and `stabbur_http_bytes_total` by
/// direction: what passes the server's sockets, of whatever project.
@Context
final class TrafficMeters {
  TrafficMeters(Traffic traffic, MeterRegistry registry) {
    Gauge.builder("stabbur.http.requests.in.flight", traffic, Traffic::inFlight).register(registry);
    Gauge.builder("stabbur.http.connections", traffic, Traffic::connections).register(registry);
    FunctionCounter.builder("stabbur.http.bytes", traffic, Traffic::received)
        .tag("direction", "in")
        .register(registry);
    FunctionCounter.builder("stabbur.http.bytes", traffic, Traffic::sent)
        .tag("direction", "out")
        .register(registry);
  }
}
