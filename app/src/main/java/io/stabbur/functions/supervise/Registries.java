package io.stabbur.functions.supervise;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
    return System.getenv().entrySet().stream()
        .filter(entry -> NAMES.contains(entry.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
