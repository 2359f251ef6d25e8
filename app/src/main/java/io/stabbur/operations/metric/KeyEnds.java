package io.stabbur.operations.metric;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// `stabbur_key_expires_timestamp_seconds` by `key`: when the keys of the older form, which are
/// tokens, cease to be good. Keys of the newer form have no end.
final class KeyEnds {
  private KeyEnds() {}

  static List<Sample> samples(Project project) {
    var samples = new ArrayList<Sample>();
    var keys = project.keys();
    end(keys.anonKey().reveal()).ifPresent(end -> samples.add(sample("anon", end)));
    end(keys.serviceRoleKey().reveal()).ifPresent(end -> samples.add(sample("service_role", end)));
    return samples;
  }

  private static Sample sample(String key, double end) {
    return new Sample(
        "stabbur_key_expires_timestamp_seconds", new LinkedHashMap<>(Map.of("key", key)), end);
  }

  private static OptionalDouble end(String token) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return OptionalDouble.empty();
    }
    try {
      var payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      var claims = Json.parse(payload);
      var end = claims.isObject() ? claims.get("exp") : null;
      return end != null && end.isNumber()
          ? OptionalDouble.of(end.getDoubleValue())
          : OptionalDouble.empty();
    } catch (IllegalArgumentException | ApiException _) {
      return OptionalDouble.empty();
    }
  }
}
