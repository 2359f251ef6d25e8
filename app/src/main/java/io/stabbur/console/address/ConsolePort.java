package io.stabbur.console.address;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.stabbur.control.api.ConsoleAddress;
import io.stabbur.platform.http.Listeners;
import jakarta.inject.Singleton;

/// Lets the server listen on the port of the pages, where there is one.
@Singleton
final class ConsolePort implements BeanCreatedEventListener<NettyHttpServerConfiguration> {
  private final BeanProvider<ConsoleAddress> address;

  /// A listener is made before the settings are read.
  ConsolePort(BeanProvider<ConsoleAddress> address) {
    this.address = address;
  }

  @Override
  public NettyHttpServerConfiguration onCreated(
      BeanCreatedEvent<NettyHttpServerConfiguration> event) {
    var server = event.getBean();
    var own = address.get();
    if (own.port() != null) {
      Listeners.add(server, own.host(), own.port(), "console.port");
    }
    return server;
  }
}
