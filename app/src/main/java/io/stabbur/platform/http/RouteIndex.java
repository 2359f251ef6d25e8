package io.stabbur.platform.http;

import io.micronaut.web.router.UriRouteInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Routes by method and the first two segments of their paths.
final class RouteIndex {
  private final Map<String, Map<String, List<UriRouteInfo<?, ?>>>> byMethod = new HashMap<>();
  private final Set<String> prefixes = new HashSet<>();

  private RouteIndex() {}

  static RouteIndex of(Collection<? extends UriRouteInfo<?, ?>> routes) {
    var index = new RouteIndex();
    var all = new ArrayList<Written>();
    for (var route : routes) {
      var template = route.getUriMatchTemplate().toPathString();
      all.add(new Written(route, template));
      var prefix = prefix(template);
      if (prefix != null) {
        index.prefixes.add(prefix);
      }
    }
    for (var prefix : index.prefixes) {
      for (var each : all) {
        if (mayMatch(each.template(), prefix)) {
          index
              .byMethod
              .computeIfAbsent(each.route().getHttpMethodName(), _ -> new HashMap<>())
              .computeIfAbsent(prefix, _ -> new ArrayList<>())
              .add(each.route());
        }
      }
    }
    return index;
  }

  /// A route with its template as text, which the framework writes anew each time it is asked.
  private record Written(UriRouteInfo<?, ?> route, String template) {}

  /// Whether a path with these first segments can be one of the template: as far as it has no
  /// variables, they are the same.
  private static boolean mayMatch(String template, String prefix) {
    int variable = template.indexOf('{');
    var literal = variable < 0 ? template : template.substring(0, variable);
    int length = Math.min(literal.length(), prefix.length());
    return literal.regionMatches(0, prefix, 0, length)
        && (variable >= 0 || literal.length() >= prefix.length());
  }

  /// `/rest/v1` of `/rest/v1/notes`; null where the path has fewer than three segments, or other
  /// characters in the first two than lower-case letters and digits.
  static @Nullable String prefix(String path) {
    int second = path.indexOf('/', 1);
    int third = second < 0 ? -1 : path.indexOf('/', second + 1);
    if (third < 0 || path.charAt(0) != '/') {
      return null;
    }
    var prefix = path.substring(0, third);
    return isPlain(prefix, second) ? prefix : null;
  }

  private static boolean isPlain(String prefix, int second) {
    for (int i = 1; i < prefix.length(); i++) {
      char c = prefix.charAt(i);
      if (i != second && !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) {
        return false;
      }
    }
    return second > 1 && prefix.length() > second + 1;
  }

  /// The routes of a method that can be those of the path; none where that is not known.
  List<UriRouteInfo<?, ?>> candidates(String method, String path) {
    var prefix = prefix(path);
    var ofMethod = prefix == null ? null : byMethod.get(method);
    return ofMethod == null ? List.of() : ofMethod.getOrDefault(prefix, List.of());
  }

  boolean knows(String prefix) {
    return prefixes.contains(prefix);
  }
}
