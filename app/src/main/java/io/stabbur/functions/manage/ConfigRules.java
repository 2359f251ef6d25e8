package io.stabbur.functions.manage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.stabbur.functions.deploy.Bundle;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.supervise.Registries;
import io.stabbur.platform.error.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// What the configuration files of a deployment may name. Deno would read other files of this
/// machine for a `deno.json` that names them, and ask any host for an `.npmrc` that calls it a
/// registry.
final class ConfigRules {
  private static final Pattern CONFIG = Pattern.compile("(.*/)?(deno\\.jsonc?|package\\.json)");
  private static final Pattern NPMRC = Pattern.compile("(.*/)?\\.npmrc");

  /// Keys whose value names other files: a text, a list or an object.
  private static final Set<String> FILES =
      Set.of("importMap", "links", "patch", "workspace", "workspaces", "extends");

  /// What Deno reads: JSON with comments, and with names and texts in other quotes or none.
  private static final JsonFactory JSONC =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .build();

  private static final Pattern REGISTRY =
      Pattern.compile("(?m)^\\s*(?:@[^:=]+:)?registry\\s*=\\s*(.*?)\\s*$");

  private final Set<String> packageHosts;

  /// @param importHosts the hosts that the settings name
  ConfigRules(List<String> importHosts) {
    packageHosts = Set.copyOf(Registries.packageHosts(importHosts));
  }

  /// Refuses a deployment whose configuration leads out of it.
  void require(Bundle bundle) {
    bundle
        .files()
        .forEach(
            (name, bytes) -> {
              var text = new String(bytes, StandardCharsets.UTF_8);
              if (CONFIG.matcher(name).matches()) {
                requireOwnFiles(name, text.replaceFirst("^\uFEFF", ""));
              } else if (NPMRC.matcher(name).matches()) {
                requireKnownRegistries(name, text);
              }
            });
  }

  /// What cannot be read here could be read by Deno in another way, and is refused.
  private static void requireOwnFiles(String name, String text) {
    try (var parser = JSONC.createParser(text)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME && FILES.contains(parser.currentName())) {
          requireOwnValue(name, parser);
        }
      }
    } catch (IOException e) {
      throw new ApiException(new FunctionError.Rejected(name + " is not JSON"));
    }
  }

  /// Reads one value, and asks of each text in it, the names of fields among them.
  private static void requireOwnValue(String name, JsonParser parser) throws IOException {
    int depth = 0;
    do {
      var token = parser.nextToken();
      if (token == null) {
        return;
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if ((token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)
          && !isInside(name, parser.getText())) {
        throw new ApiException(
            new FunctionError.Rejected(
                "%s names %s, which is not part of the deployment"
                    .formatted(name, parser.getText())));
      }
    } while (depth > 0);
  }

  private static boolean isInside(String name, String named) {
    if (named.startsWith("/") || named.contains(":") || named.contains("\\")) {
      return false;
    }
    // whoever climbs above the root leaves this folder
    var fence = Path.of("/deployment");
    var folder = Objects.requireNonNull(fence.resolve(name).getParent());
    return folder.resolve(named).normalize().startsWith(fence);
  }

  private void requireKnownRegistries(String name, String text) {
    var registries = REGISTRY.matcher(text);
    while (registries.find()) {
      var host = Registries.hostOf(registries.group(1));
      if (host.isEmpty() || !packageHosts.contains(host.get())) {
        throw new ApiException(
            new FunctionError.Rejected(
                name
                    + " names a registry that this server does not use; its operator may add the host"
                    + " to stabbur.functions.import-hosts"));
      }
    }
  }
}
