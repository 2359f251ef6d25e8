package io.stabbur.auth.request;

import io.micronaut.core.annotation.Order;
import io.stabbur.platform.http.TargetRule;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where this API is found: always under `/auth/v1`, and where the setting `auth.path` puts it
/// besides, which is what its links and the `iss` of its tokens name. At `/` only what the API has
/// is taken, so that the other APIs stay where they are.
@Singleton
@Order(0)
public final class ApiAddress implements TargetRule {
  private static final String ROUTED = "/auth/v1";

  /// What an API at the root begins with.
  private static final Set<String> AT_ROOT =
      Set.of(
          "authorize",
          "callback",
          "factors",
          "invite",
          "logout",
          "magiclink",
          "oauth",
          "otp",
          "passkeys",
          "reauthenticate",
          "recover",
          "resend",
          "settings",
          "signup",
          "sso",
          "token",
          "user",
          "verify");

  private final String path;

  ApiAddress(AuthSettings settings) {
    this.path = settings.path().equals("/") ? "" : settings.path();
  }

  /// The address of the project's API, without a slash at the end.
  public String of(Project project) {
    return project.publicUrl() + path;
  }

  @Override
  public String apply(String target, @Nullable String host, int localPort) {
    if (path.equals(ROUTED)) {
      return target;
    }
    int end = endOfPath(target);
    var asked = target.substring(0, end);
    if (asked.equals(ROUTED) || asked.startsWith(ROUTED + '/')) {
      return target;
    }
    return isOurs(asked) ? ROUTED + target.substring(path.length()) : described(asked, target, end);
  }

  private boolean isOurs(String asked) {
    if (!path.isEmpty()) {
      return asked.equals(path) || asked.startsWith(path + '/');
    }
    var segments = asked.split("/", 4);
    var second = segments.length > 2 ? segments[2] : "";
    return switch (segments.length < 2 ? "" : segments[1]) {
      case "admin" -> !second.equals("v1");
      case ".well-known" -> segments.length == 3;
      case String first -> AT_ROOT.contains(first);
    };
  }

  /// RFC 8414 puts the path of an issuer behind its own.
  private String described(String asked, String target, int end) {
    return !path.isEmpty() && asked.startsWith("/.well-known/") && asked.endsWith(path)
        ? ROUTED + asked.substring(0, asked.length() - path.length()) + target.substring(end)
        : target;
  }

  private static int endOfPath(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target.length() : query;
  }
}
