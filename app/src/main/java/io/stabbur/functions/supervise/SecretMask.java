package io.stabbur.functions.supervise;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Takes the values of secrets out of what a process writes, an uncaught error among it. Only whole
/// values are found: a function that takes its secrets apart can write the parts.
final class SecretMask {
  private static final Set<String> PUBLIC =
      Set.of(
          "SUPABASE_URL",
          "SUPABASE_ANON_KEY",
          "SUPABASE_PUBLISHABLE_KEYS",
          "SUPABASE_JWKS",
          "SB_REGION");
  private static final int SHORTEST = 8;
  private static final String MASK = "***";

  private final List<String> values;

  SecretMask(Map<String, String> variables) {
    // the longest first: one may be a part of another
    values =
        variables.entrySet().stream()
            .filter(each -> !PUBLIC.contains(each.getKey()))
            .map(Map.Entry::getValue)
            .filter(value -> value.length() >= SHORTEST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  String masked(String text) {
    var masked = text;
    for (var value : values) {
      if (masked.contains(value)) {
        masked = masked.replace(value, MASK);
      }
    }
    return masked;
  }
}
