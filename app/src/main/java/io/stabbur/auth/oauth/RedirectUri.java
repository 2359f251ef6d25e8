package io.stabbur.auth.oauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Where a program has people sent back to. What is asked for must be what was registered, letter
/// by letter; only the port of a loopback address is free, since a command or desktop program takes
/// the one it is given (RFC 8252, section 7.3).
final class RedirectUri {
  private static final int LONGEST = 2048;
  private static final Set<String> NEVER =
      Set.of("javascript", "data", "file", "vbscript", "about", "blob", "view-source");
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(?<host>http://(?:127\\.0\\.0\\.1|\\[::1]))(?::[0-9]{1,5})?(?<rest>[/?].*)?");

  private RedirectUri() {}

  /// What is wrong with an address that is to be registered.
  static Optional<String> fault(String text) {
    if (text.isEmpty()) {
      return Optional.of("redirect URI cannot be empty");
    }
    if (text.length() > LONGEST) {
      return Optional.of("redirect URI cannot exceed 2048 characters");
    }
    // the column holds a list with commas between
    if (text.indexOf(',') >= 0) {
      return Optional.of("comma not allowed in redirect URI");
    }
    try {
      return fault(new URI(text));
    } catch (URISyntaxException _) {
      return Optional.of("invalid URL format");
    }
  }

  private static Optional<String> fault(URI uri) {
    var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (scheme.isEmpty() || uri.getRawAuthority() == null) {
      return Optional.of("must have scheme and host");
    }
    if (NEVER.contains(scheme)) {
      return Optional.of("scheme '" + scheme + "' is not allowed for security reasons");
    }
    if (uri.getRawUserInfo() != null) {
      return Optional.of("user not allowed in redirect URI");
    }
    if (scheme.equals("http") && !LOCAL.contains(uri.getHost() == null ? "" : uri.getHost())) {
      return Optional.of("HTTP scheme only allowed for localhost");
    }
    if (uri.getRawFragment() != null) {
      return Optional.of("fragment not allowed in redirect URI");
    }
    return Optional.empty();
  }

  /// Whether the browser shows what is there, and no program of the person's own machine gets it.
  static boolean isPage(String uri) {
    return uri.regionMatches(true, 0, "https:", 0, 6);
  }

  static boolean matches(String registered, String asked) {
    return registered.equals(asked) || matchesLoopback(registered, asked);
  }

  private static boolean matchesLoopback(String registered, String asked) {
    var known = LOOPBACK.matcher(registered);
    var wanted = LOOPBACK.matcher(asked);
    return known.matches()
        && wanted.matches()
        && known.group("host").equals(wanted.group("host"))
        && rest(known.group("rest")).equals(rest(wanted.group("rest")));
  }

  private static String rest(@org.jspecify.annotations.Nullable String rest) {
    return rest == null ? "" : rest;
  }
}
