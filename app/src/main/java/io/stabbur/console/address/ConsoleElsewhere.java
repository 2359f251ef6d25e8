package io.stabbur.console.address;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.stabbur.control.api.ConsoleAddress;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;

/// Refuses pages on the port of the APIs, however their address is written, where they have one of
/// their own.
@ServerFilter("/console/**")
@Requires(property = "stabbur.console.port")
final class ConsoleElsewhere implements Ordered {
  private final ConsoleAddress address;

  ConsoleElsewhere(ConsoleAddress address) {
    this.address = address;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @RequestFilter
  void refuse(HttpRequest<?> request) {
    if (address.port() != null && request.getServerAddress().getPort() != address.port()) {
      throw new ApiException(new Failure.NoSuchRoute(request.getPath()));
    }
  }
}
