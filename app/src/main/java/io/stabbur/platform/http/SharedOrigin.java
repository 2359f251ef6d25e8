package io.stabbur.platform.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

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

  /// What tokens have besides letters and digits.
  private static final String SIGNS = "!#$%&'*+-.^_`|~";

  private static final Set<String> UNKNOWN =
      Set.of("*/*", "unknown/unknown", "application/unknown");

  /// Parts of the names of types in which browsers run scripts.
  private static final List<String> PAGES = List.of("html", "xml", "xsl", "rdf", "x-mixed-replace");

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

  /// Whether a browser may run scripts in content of these types: the values of all its headers
  /// `Content-Type`, of which browsers take the last that they can read. Content without a type, or
  /// with one that says nothing, may be taken for a page (MIME Sniffing, 7).
  public static boolean isPage(List<String> contentTypes) {
    for (var header : contentTypes) {
      if (hasPage(header)) {
        return true;
      }
    }
    return contentTypes.isEmpty();
  }

  private static boolean hasPage(String header) {
    int from = 0;
    int comma = header.indexOf(',');
    while (comma >= 0) {
      if (isPage(header.substring(from, comma))) {
        return true;
      }
      from = comma + 1;
      comma = header.indexOf(',', from);
    }
    return isPage(header.substring(from));
  }

  private static boolean isPage(String contentType) {
    int end = contentType.indexOf(';');
    var type =
        (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    if (!isType(type) || UNKNOWN.contains(type)) {
      return true;
    }
    for (var part : PAGES) {
      if (type.contains(part)) {
        return true;
      }
    }
    return false;
  }

  /// Whether it is two tokens of lower-case letters (RFC 9110, 5.6.2) with a slash between them.
  private static boolean isType(String type) {
    int slash = type.indexOf('/');
    return slash > 0
        && slash < type.length() - 1
        && isToken(type, 0, slash)
        && isToken(type, slash + 1, type.length());
  }

  private static boolean isToken(String text, int from, int to) {
    for (int at = from; at < to; at++) {
      char c = text.charAt(at);
      boolean isLetterOrDigit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!isLetterOrDigit && SIGNS.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
