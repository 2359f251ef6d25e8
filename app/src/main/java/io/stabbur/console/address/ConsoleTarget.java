package io.stabbur.console.address;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.stabbur.control.api.ConsoleAddress;
import io.stabbur.platform.http.TargetRule;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// On a port of their own there are the pages alone, the first one at `/`, and they are on no
/// other. This is the last rule: what another one has made its own, such as an object `console/…`
/// of the S3 protocol, is no page on other ports, and not served on this one.
@Singleton
@Order(Ordered.LOWEST_PRECEDENCE)
final class ConsoleTarget implements TargetRule {
  private static final String PAGES = "/console";
  private static final String NO_PAGE = PAGES + "/nowhere";
  private static final String NO_ROUTE = "/nowhere";

  private final int port;

  ConsoleTarget(ConsoleAddress address) {
    this.port = address.port() == null ? 0 : address.port();
  }

  @Override
  public String apply(String target, @Nullable String host, int localPort) {
    if (port == 0) {
      return target;
    }
    int query = target.indexOf('?');
    var path = query < 0 ? target : target.substring(0, query);
    boolean isPage = path.equals(PAGES) || path.startsWith(PAGES + "/");
    if (localPort != port) {
      return isPage ? NO_ROUTE : target;
    }
    return isPage ? target : path.equals("/") ? PAGES + target.substring(1) : NO_PAGE;
  }
}
