package io.stabbur.identity;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.util.List;
import java.util.Locale;

/// Tells a person's device from a server, by the user agent that browsers and phones send by
/// themselves.
final class UserAgents {
  private static final List<String> PERSONAL =
      List.of("mozilla/", "dalvik/", "okhttp/", "cfnetwork/", "android", "iphone", "ipad");

  private UserAgents() {}

  static boolean isPersonal(HttpRequest<?> request) {
    if (request.getHeaders().contains("Sec-Fetch-Mode")
        && request.getHeaders().contains(HttpHeaders.ORIGIN)) {
      return true;
    }
    var client = request.getHeaders().get("X-Client-Info");
    if (client != null && client.startsWith("supabase-flutter/")) {
      return true;
    }
    var agent = request.getHeaders().get(HttpHeaders.USER_AGENT);
    if (agent == null) {
      return false;
    }
    var lower = agent.toLowerCase(Locale.ROOT);
    return PERSONAL.stream().anyMatch(lower::contains);
  }
}
