package io.stabbur.console.account;

import io.micronaut.http.HttpRequest;
import io.stabbur.identity.ClientAddress;
import io.stabbur.platform.http.Networks;
import jakarta.inject.Singleton;

/// The network of a request's client, by which sign-ins that fail are counted.
@Singleton
final class ClientNetwork {
  private final ClientAddress addresses;

  ClientNetwork(ClientAddress addresses) {
    this.addresses = addresses;
  }

  String of(HttpRequest<?> request) {
    var address = addresses.of(request);
    return address.isEmpty() ? "" : Networks.of(address, Networks.CLIENT);
  }
}
