package io.stabbur.functions.supervise;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where Deno fetches imported modules: through the proxies and registries that the environment of
/// this server names, under the names that Deno itself reads.
final class Registries {
  private static final List<String> NAMES =
      List.of(
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "NPM_CONFIG_REGISTRY",
          "JSR_URL",
          "DENO_CERT",
          "DENO_TLS_CA_STORE");

  private Registries() {}

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
