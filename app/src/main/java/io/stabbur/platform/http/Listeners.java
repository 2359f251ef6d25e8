package io.stabbur.platform.http;

import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration.NettyListenerConfiguration;
import io.stabbur.platform.error.StartFailure;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Lets the server listen on ports besides its own.
public final class Listeners {
  private Listeners() {}

  /// Adds a port.
  ///
  /// @param host on which the port is opened; absent for that of the APIs
  /// @param setting that named the port
  public static void add(
      NettyHttpServerConfiguration server, @Nullable String host, int port, String setting) {
    int apis = server.getPort().orElse(-1);
    var own = server.getHost().orElse(null);
    var listeners = new ArrayList<NettyListenerConfiguration>();
    if (server.getListeners() == null) {
      listeners.add(listener(own, apis));
    } else {
      listeners.addAll(server.getListeners());
    }
    if (listeners.stream().anyMatch(each -> each.getPort() == port)) {
      throw new StartFailure("Port %d serves something else; change %s.".formatted(port, setting));
    }
    listeners.add(listener(host == null ? own : host, port));
    server.setListeners(listeners);
  }

  @SuppressWarnings("deprecation") // the factory that stands for it asks for names of certificates
  private static NettyListenerConfiguration listener(@Nullable String host, int port) {
    var listener = new NettyListenerConfiguration();
    if (host != null) {
      listener.setHost(host);
    }
    listener.setPort(port);
    return listener;
  }
}
