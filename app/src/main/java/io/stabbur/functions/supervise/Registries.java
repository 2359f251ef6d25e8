package io.stabbur.functions.supervise;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where Deno fetches imported modules: through the proxies and registries that the environment of
/// this server names, under the names that Deno itself reads.
public final class Registries {
  private static final List<String> NAMES =
      List.of(
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "NPM_CONFIG_REGISTRY",
          "JSR_URL",
          "DENO_CERT",
          "DENO_TLS_CA_STORE",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR");

  private Registries() {}

  /// The hosts that modules may be imported from by their address, and the registry of JSR.
  static List<String> importHosts(List<String> named) {
    var hosts = new ArrayList<>(named);
    registry("JSR_URL").ifPresent(hosts::add);
    return hosts;
  }

  /// The registries that an `.npmrc` may name, beside Deno's own: hosts, with a port where it is
  /// not the usual one.
  public static List<String> packageHosts(List<String> named) {
    var hosts = importHosts(named);
    registry("NPM_CONFIG_REGISTRY").ifPresent(hosts::add);
    return hosts;
  }

  private static Optional<String> registry(String name) {
    return Optional.ofNullable(System.getenv(name)).flatMap(Registries::hostOf);
  }

  /// `host` or `host:port` of an address; empty for a text that is none.
  public static Optional<String> hostOf(String address) {
    try {
      var uri = new URI(address);
      var host = uri.getHost();
      var scheme = String.valueOf(uri.getScheme());
      if (host == null || !scheme.matches("https?")) {
        return Optional.empty();
      }
      int usual = scheme.equals("http") ? 80 : 443;
      int port = uri.getPort() < 0 ? usual : uri.getPort();
      return Optional.of(port == 443 ? host : host + ":" + port);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  static Map<String, String> environment() {
    var environment = new HashMap<String, String>();
    // certificates that the machine's operator trusts count too, such as those of a mirror
    environment.put("DENO_TLS_CA_STORE", "mozilla,system");
    NAMES.forEach(
        name -> {
          var value = System.getenv(name);
          if (value != null) {
            environment.put(name, value);
          }
        });
    return environment;
  }
}
