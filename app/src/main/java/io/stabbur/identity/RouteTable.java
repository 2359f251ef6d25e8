package io.stabbur.identity;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The route rules of all rooms, collected once at the start. A request is looked up once: the cost
/// is one hash look-up for each of the first segments of its path.
@Singleton
final class RouteTable {
  private static final RouteRule UNKNOWN = RouteRule.under("");

  private final Map<String, List<RouteRule>> rules = new HashMap<>();
  private final int deepest;

  RouteTable(List<RouteRules> rooms) {
    rooms.stream().map(RouteRules::routes).flatMap(List::stream).forEach(this::add);
    deepest = rules.keySet().stream().mapToInt(RouteTable::segments).max().orElse(0);
  }

  private void add(RouteRule rule) {
    var same = rules.computeIfAbsent(rule.path(), _ -> new ArrayList<>());
    for (var other : same) {
      boolean shared =
          other.methods().isEmpty()
              ? rule.methods().isEmpty()
              : other.methods().stream().anyMatch(rule.methods()::contains);
      if (shared) {
        throw new IllegalStateException("two route rules for " + rule.methods() + rule.path());
      }
    }
    same.add(rule);
  }

  /// The rule of a request; one that no room names needs an API key.
  RouteRule find(String method, String path) {
    var found = UNKNOWN;
    int end = 0;
    for (int segment = 0; segment <= deepest && end >= 0; segment++) {
      var prefix = path.substring(0, end);
      var rule = rule(rules.get(prefix), method);
      found = rule == null ? found : rule;
      end = end == path.length() ? -1 : next(path, end);
    }
    return found;
  }

  /// All rules, in no order.
  List<RouteRule> all() {
    return rules.values().stream().flatMap(List::stream).toList();
  }

  /// Where the segment that begins at `from` ends.
  private static int next(String path, int from) {
    int slash = path.indexOf('/', from + 1);
    return slash < 0 ? path.length() : slash;
  }

  private static @Nullable RouteRule rule(@Nullable List<RouteRule> candidates, String method) {
    RouteRule found = null;
    for (var rule : candidates == null ? List.<RouteRule>of() : candidates) {
      if (rule.methods().contains(method)) {
        return rule;
      }
      if (rule.methods().isEmpty()) {
        found = rule;
      }
    }
    return found;
  }

  private static int segments(String path) {
    return (int) path.chars().filter(c -> c == '/').count();
  }
}
