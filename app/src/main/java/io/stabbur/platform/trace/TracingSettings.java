package io.stabbur.platform.trace;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.stabbur.platform.config.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Traces by OpenTelemetry, under `stabbur.tracing`.
///
/// @param endpoint where a collector takes OTLP over HTTP, such as
///   `http://collector:4318/v1/traces`; none means that nothing is traced
/// @param authorization the header `Authorization` for it
/// @param share of how many requests spans are sent, from 0 to 1
/// @param service the name under which they are found
@ConfigurationProperties("stabbur.tracing")
public record TracingSettings(
    @Nullable URI endpoint,
    @Nullable Secret authorization,
    @Bindable(defaultValue = "0.1") double share,
    @Bindable(defaultValue = "stabbur") String service) {
  public TracingSettings {
    if (endpoint != null
        && (endpoint.getHost() == null
            || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme())))) {
      throw new IllegalArgumentException(
          "stabbur.tracing.endpoint must be an http or https address, such as"
              + " http://collector:4318/v1/traces");
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("stabbur.tracing.share must be between 0 and 1");
    }
  }
}
