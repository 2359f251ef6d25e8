package io.stabbur.storage.s3;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.stabbur.platform.http.HostName;
import io.stabbur.platform.http.TargetRule;
import io.stabbur.storage.StorageSettings;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Host names and the port at which the S3 protocol begins at `/`, for clients whose endpoint
/// cannot have a path, such as s3cmd and mc. Nothing else is served there, so that no other rule is
/// asked about what the client sent.
@Singleton
@Order(Ordered.HIGHEST_PRECEDENCE)
final class S3Root implements TargetRule {
  static final String PREFIX = "/storage/v1/s3";

  private final List<String> hosts;
  private final int port;

  S3Root(StorageSettings settings) {
    this.hosts =
        settings.endpointHosts().stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
    this.port = settings.endpointPort() == null ? 0 : settings.endpointPort();
  }

  @Override
  public String apply(String target, @Nullable String host, int localPort) {
    return isRoot(host, localPort) ? PREFIX + target : target;
  }

  /// Whether a request that arrived with this header `Host` on this port is one of the S3 protocol
  /// at its root.
  boolean isRoot(@Nullable String host, int localPort) {
    return (port != 0 && localPort == port) || (host != null && hosts.contains(HostName.of(host)));
  }
}
