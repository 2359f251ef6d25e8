package io.stabbur.console.address;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.stabbur.control.api.ConsoleAddress;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.http.Listeners;
import io.stabbur.project.ServerSettings;
import jakarta.inject.Singleton;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Lets the server listen on the port of the pages, where there is one. Whether their cookies are
/// sent over TLS alone is known by their address, so that one is asked for where the APIs have TLS.
@Singleton
final class ConsolePort implements BeanCreatedEventListener<NettyHttpServerConfiguration> {
  private final BeanProvider<ConsoleAddress> address;
  private final BeanProvider<ServerSettings> apis;

  /// A listener is made before the settings are read.
  ConsolePort(BeanProvider<ConsoleAddress> address, BeanProvider<ServerSettings> apis) {
    this.address = address;
    this.apis = apis;
  }

  @Override
  public NettyHttpServerConfiguration onCreated(
      BeanCreatedEvent<NettyHttpServerConfiguration> event) {
    var server = event.getBean();
    var own = address.get();
    if (own.port() != null) {
      requireAddress(own, apis.get().publicUrl());
      Listeners.add(server, own.host(), own.port(), "console.port");
    }
    return server;
  }

  private static void requireAddress(ConsoleAddress own, @Nullable URI apis) {
    if (own.publicUrl() == null && apis != null && "https".equalsIgnoreCase(apis.getScheme())) {
      throw new StartFailure(
          "console.port has no address of its own beside the https of public-url; set console.public-url to the https address of the proxy before the port, or to http://127.0.0.1:%d where operators are on this machine or come by a tunnel."
              .formatted(own.port()));
    }
  }
}
