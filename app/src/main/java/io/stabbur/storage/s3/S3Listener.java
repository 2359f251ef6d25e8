package io.stabbur.storage.s3;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration.NettyListenerConfiguration;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.storage.StorageSettings;
import jakarta.inject.Singleton;
import java.util.List;

/// Lets the server listen on the port of the S3 protocol ([S3Root]) beside its own.
@Singleton
final class S3Listener implements BeanCreatedEventListener<NettyHttpServerConfiguration> {
  private final BeanProvider<StorageSettings> settings;

  /// A listener is made before the settings are read.
  S3Listener(BeanProvider<StorageSettings> settings) {
    this.settings = settings;
  }

  @Override
  public NettyHttpServerConfiguration onCreated(
      BeanCreatedEvent<NettyHttpServerConfiguration> event) {
    var server = event.getBean();
    int apis = server.getPort().orElse(-1);
    var port = settings.get().endpointPort();
    if (port == null) {
      return server;
    }
    if (port == apis) {
      throw new StartFailure(
          "Port %d cannot be that of the APIs and of the S3 protocol; change storage.endpoint-port."
              .formatted(port));
    }
    server.setListeners(List.of(listener(server, apis), listener(server, port)));
    return server;
  }

  @SuppressWarnings("deprecation") // the factory that stands for it asks for names of certificates
  private static NettyListenerConfiguration listener(
      NettyHttpServerConfiguration server, int port) {
    var listener = new NettyListenerConfiguration();
    server.getHost().ifPresent(listener::setHost);
    listener.setPort(port);
    return listener;
  }
}
