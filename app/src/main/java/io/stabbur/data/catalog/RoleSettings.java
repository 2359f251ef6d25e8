package io.stabbur.data.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Settings of the roles requests run as, made with `alter role ... set`; they hold for each of
/// their requests.
public record RoleSettings(
    Map<String, Map<String, String>> settings, Map<String, String> isolation) {

  public Map<String, String> of(String role) {
    return settings.getOrDefault(role, Map.of());
  }

  public @Nullable String isolationOf(String role) {
    return isolation.get(role);
  }
}
