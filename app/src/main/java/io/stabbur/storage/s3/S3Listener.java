package io.stabbur.storage.s3;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.stabbur.platform.http.Listeners;
import io.stabbur.storage.StorageSettings;
import jakarta.inject.Singleton;

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
    var port = settings.get().endpointPort();
    if (port != null) {
      Listeners.add(server, null, port, "storage.endpoint-port");
    }
    return server;
  }
}
