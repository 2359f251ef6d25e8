package io.stabbur.control.api;

import io.stabbur.project.ServerSettings;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where operators find their pages: at the address of the APIs, or at one of their own.
@Singleton
public final class ConsoleUrl {
  private static final String LOCAL = "127.0.0.1";

  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::");

  private final @Nullable URI url;

  ConsoleUrl(ConsoleAddress own, ServerSettings server) {
    this.url = url(own, server);
  }

  private static @Nullable URI url(ConsoleAddress own, ServerSettings server) {
    if (own.publicUrl() != null || own.port() == null) {
      return own.publicUrl() == null ? server.publicUrl() : own.publicUrl();
    }
    var host = EVERYWHERE.contains(own.host()) ? LOCAL : own.host();
    return URI.create(
        "http://%s:%d".formatted(host.indexOf(':') < 0 ? host : "[" + host + "]", own.port()));
  }

  /// The address, without a slash at the end; empty where nobody named any.
  public Optional<String> text() {
    return Optional.ofNullable(url).map(known -> known.toString().replaceFirst("/+$", ""));
  }

  /// What a proxy puts before `/console`; empty for nothing.
  public String base() {
    return url == null || url.getPath() == null ? "" : url.getPath().replaceFirst("/+$", "");
  }

  /// Whether browsers come by TLS.
  public boolean isSecure() {
    return url != null && "https".equalsIgnoreCase(url.getScheme());
  }
}
