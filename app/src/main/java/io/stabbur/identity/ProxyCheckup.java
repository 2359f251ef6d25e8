package io.stabbur.identity;

import io.stabbur.platform.http.ProxySettings;
import io.stabbur.project.Checkup;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// Whether a proxy that nobody trusts names clients: all of them would share the limits of its
/// address.
@Singleton
final class ProxyCheckup implements Checkup {
  private final ProxySettings settings;
  private final ClientAddress addresses;

  ProxyCheckup(ProxySettings settings, ClientAddress addresses) {
    this.settings = settings;
    this.addresses = addresses;
  }

  @Override
  public String name() {
    return "proxy";
  }

  @Override
  public Result check(Project project) {
    if (addresses.sawUntrustedProxy()) {
      return Result.problem(
          "requests come with X-Forwarded-For, and auth.trusted-proxies is 0: all clients share the"
              + " limits of the proxy's address; set it to the number of proxies");
    }
    return settings.trustedProxies() == 0
        ? Result.well("none is trusted, and no request came through one")
        : Result.well("%d trusted".formatted(settings.trustedProxies()));
  }
}
