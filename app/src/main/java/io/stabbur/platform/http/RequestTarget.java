package io.stabbur.platform.http;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// The target of a request line as clients really send it. curl, webhooks and examples of the
/// documentation put `>`, `"`, `|` or letters of any script there as they are, which RFC 3986 does
/// not allow and which the original servers read as bytes.
final class RequestTarget {
  /// Characters that RFC 3986 allows in a path or a query; brackets are no part of a path.
  private static final String ALLOWED = "-._~:/?#@!$&'()*+,;=[]";

  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "[a-zA-Z][a-zA-Z0-9+.-]*+://(?:[^/?#]*@)?+(?<host>[^/?#@]*+)(?<rest>.*)", Pattern.DOTALL);

  private RequestTarget() {}

  /// Path and query of a target in any of the forms of RFC 9112, 3.2, beginning with a slash. What
  /// has no path, such as `*`, becomes one that no route has.
  static String originForm(String target) {
    if (target.startsWith("/")) {
      return target;
    }
    var absolute = ABSOLUTE.matcher(target);
    var rest = absolute.matches() ? absolute.group("rest") : target;
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  /// The host that a target names, perhaps with a port: of the absolute form alone.
  static Optional<String> host(String target) {
    if (target.startsWith("/")) {
      return Optional.empty();
    }
    var absolute = ABSOLUTE.matcher(target);
    return absolute.matches() && !absolute.group("host").isEmpty()
        ? Optional.of(absolute.group("host"))
        : Optional.empty();
  }

  /// The target with each byte that may not stand there percent-encoded. `target` has one character
  /// a byte (ISO 8859-1), as the HTTP decoder reads it; the answer is ASCII, the same instance
  /// where nothing is to be encoded. A percent sign that no two hexadecimal digits follow stands
  /// for itself.
  static String encoded(String target) {
    int at = 0;
    while (at < target.length() && stands(target, at)) {
      at++;
    }
    return at == target.length() ? target : encodedFrom(target, at);
  }

  private static String encodedFrom(String target, int first) {
    var out = new StringBuilder(target.length() + 16).append(target, 0, first);
    for (int at = first; at < target.length(); at++) {
      char c = target.charAt(at);
      if (stands(target, at)) {
        out.append(c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
      }
    }
    return out.toString();
  }

  private static boolean stands(String target, int at) {
    char c = target.charAt(at);
    if (c == '%') {
      return at + 2 < target.length()
          && HexFormat.isHexDigit(target.charAt(at + 1))
          && HexFormat.isHexDigit(target.charAt(at + 2));
    }
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || ALLOWED.indexOf(c) >= 0;
  }
}
