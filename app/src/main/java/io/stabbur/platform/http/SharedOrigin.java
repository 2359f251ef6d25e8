package io.stabbur.platform.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What keeps a project's functions and SQL away from the console, whose address they share: they
/// learn none of its cookies and set none, and a page of theirs runs as a page of nowhere
/// (Content-Security-Policy `sandbox`), which reads no answers of this address as a person who is
/// signed in to the console.
public final class SharedOrigin {
  /// With what the appliance's own cookies begin.
  public static final String OWN = "stabbur_";

  /// The header that sends a page to nowhere. Its scripts run, and its forms and links work.
  public static final String POLICY = "Content-Security-Policy";

  public static final String NOWHERE =
      "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts";

  private SharedOrigin() {}

  /// The value of a `Cookie` header without the appliance's own; empty where none is left.
  public static String foreign(String cookies) {
    return !cookies.contains(OWN)
        ? cookies
        : Arrays.stream(cookies.split(";", -1))
            .filter(cookie -> !isOwn(cookie))
            .map(String::strip)
            .collect(Collectors.joining("; "));
  }

  /// Whether a cookie, as `Cookie` and `Set-Cookie` have it, is one of the appliance's.
  public static boolean isOwn(String cookie) {
    return cookie.stripLeading().startsWith(OWN);
  }

  /// Whether a browser may run scripts in content of this type.
  public static boolean isPage(@Nullable String contentType) {
    if (contentType == null) {
      // a browser may take it for a page
      return true;
    }
    var type = contentType.toLowerCase(Locale.ROOT);
    return type.contains("html") || type.contains("xml");
  }
}
