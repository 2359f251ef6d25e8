package io.stabbur.auth.session;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// How the browser is sent back to the app. The target has been checked by
/// [io.stabbur.auth.request.RedirectRules].
public final class Redirects {
  private Redirects() {}

  /// The implicit flow: the session stands behind the `#`, which no server gets to see.
  public static HttpResponse<?> session(String target, IssuedSession session, String type) {
    return session(target, session, Map.of("type", type));
  }

  public static HttpResponse<?> session(
      String target, IssuedSession session, Map<String, String> more) {
    var values = new LinkedHashMap<>(session.fragment());
    values.putAll(more);
    return to(withFragment(target, values));
  }

  /// The PKCE flow: a code that only the client that began the flow can use.
  public static HttpResponse<?> code(String target, String code) {
    int hash = target.indexOf('#');
    // a single-page app keeps its route there
    var route = hash < 0 ? "" : target.substring(hash);
    return to(withQuery(target, Map.of("code", code)) + route);
  }

  public static HttpResponse<?> message(String target, String message, boolean inQuery) {
    var values = new LinkedHashMap<String, String>();
    values.put("message", message);
    var base = inQuery ? withQuery(target, values) : target;
    values.put("sb", "");
    return to(withFragment(base, values));
  }

  /// The error in the fragment, for PKCE in the query too.
  public static HttpResponse<?> error(String target, ApiException e, boolean inQuery) {
    return error(target, describe(e), inQuery);
  }

  public static HttpResponse<?> error(
      String target, Map<String, String> described, boolean inQuery) {
    var values = new LinkedHashMap<>(described);
    var base = inQuery ? withQuery(target, values) : target;
    values.put("sb", "");
    return to(withFragment(base, values));
  }

  public static Map<String, String> describe(ApiException e) {
    var values = new LinkedHashMap<String, String>();
    switch (e.error()) {
      case AuthError.Refused(int status, var code, var message) -> {
        values.put("error", name(status));
        values.put("error_code", code.wire());
        values.put("error_description", message);
      }
      case AuthError.OAuth(var error, var description) -> {
        values.put("error", error);
        values.put("error_description", description);
      }
      default -> {
        values.put("error", "server_error");
        values.put("error_code", "unexpected_failure");
        values.put("error_description", "Unexpected failure");
      }
    }
    return values;
  }

  private static String name(int status) {
    return switch (status) {
      case 401 -> "unauthorized_client";
      case 403 -> "access_denied";
      case 500 -> "server_error";
      case 503 -> "temporarily_unavailable";
      default -> "invalid_request";
    };
  }

  private static HttpResponse<?> to(String location) {
    return HttpResponse.status(io.micronaut.http.HttpStatus.SEE_OTHER)
        .header("Location", location)
        .header("Cache-Control", "no-store");
  }

  private static String withFragment(String target, Map<String, String> values) {
    return withoutFragment(target) + "#" + form(values);
  }

  /// A parameter of the same name, left from the last time the app was gone to, is replaced.
  private static String withQuery(String target, Map<String, String> values) {
    var base = withoutFragment(target);
    int mark = base.indexOf('?');
    if (mark < 0) {
      return base + "?" + form(values);
    }
    var kept =
        Arrays.stream(base.substring(mark + 1).split("&", -1))
            .filter(pair -> !pair.isEmpty() && !values.containsKey(pair.split("=", 2)[0]))
            .collect(Collectors.joining("&"));
    return base.substring(0, mark + 1) + kept + (kept.isEmpty() ? "" : "&") + form(values);
  }

  private static String withoutFragment(String target) {
    int hash = target.indexOf('#');
    return hash < 0 ? target : target.substring(0, hash);
  }

  private static String form(Map<String, String> values) {
    var text = new StringBuilder();
    values.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return text.toString();
  }
}
