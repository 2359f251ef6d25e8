package io.stabbur.platform.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
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

  private static final Pattern TYPE =
      Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]++/[!#$%&'*+.^_`|~0-9a-z-]++");
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
    return contentTypes.isEmpty()
        || contentTypes.stream()
            .flatMap(header -> Arrays.stream(header.split(",", -1)))
            .anyMatch(SharedOrigin::isPage);
  }

  private static boolean isPage(String contentType) {
    int end = contentType.indexOf(';');
    var type =
        (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    return !TYPE.matcher(type).matches()
        || UNKNOWN.contains(type)
        || PAGES.stream().anyMatch(type::contains);
  }
}
