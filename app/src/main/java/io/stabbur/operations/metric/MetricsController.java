package io.stabbur.operations.metric;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/// `/metrics` in Prometheus' text format, or in OpenMetrics for who asks for that.
@Controller("/metrics")
final class MetricsController {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry;

  MetricsController(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  @Get
  @Produces("*/*")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<String> scrape(@Nullable @Header(HttpHeaders.ACCEPT) String accept) {
    var type = accept != null && accept.contains("openmetrics-text") ? OPEN_METRICS : TEXT;
    return HttpResponse.ok(registry.scrape(type)).header(HttpHeaders.CONTENT_TYPE, type);
  }
}
