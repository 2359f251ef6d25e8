package io.stabbur.auth.request;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which addresses a sign-in may send the browser back to: the site itself, and what the allow list
/// names. A refused address is no error: the next candidate is used, at last the site.
public final class RedirectRules {
  private static final Pattern ADDRESS =
      Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://(?<authority>[^/?#]*))?[^\\s]*");
  private static final Pattern AUTHORITY =
      Pattern.compile("(?<host>\\[[0-9A-Fa-f:.]+]|[^@:\\[\\]]*)(?::(?<port>[0-9]{0,5}))?");
  private static final Pattern HOST_NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
  private static final Pattern NUMBER_HOST = Pattern.compile("(0[xX][0-9A-Fa-f]+|[0-9]+)");
  private static final Pattern IPV4 = Pattern.compile("[0-9.]+");
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}|\\[::1]");
  private static final Set<String> NEVER =
      Set.of("javascript", "data", "vbscript", "file", "blob", "about", "view-source");

  private final Place site;
  private final String siteUrl;
  private final List<Pattern> allowed;

  public RedirectRules(URI site, List<String> allowList) {
    this.siteUrl = site.toString();
    this.site = parse(siteUrl).orElseThrow(() -> new IllegalArgumentException("bad site URL"));
    this.allowed = allowList.stream().map(String::strip).map(RedirectRules::glob).toList();
  }

  /// The first candidate that may be used, else the site.
  public String choose(String... candidates) {
    for (var candidate : candidates) {
      if (allows(candidate)) {
        return candidate;
      }
    }
    return siteUrl;
  }

  public String siteUrl() {
    return siteUrl;
  }

  public boolean allows(String address) {
    return parse(address).filter(place -> allows(place, address)).isPresent();
  }

  private boolean allows(Place place, String address) {
    if (NEVER.contains(place.scheme)) {
      return false;
    }
    boolean loopback = place.isLoopback();
    if (place.isWeb() && place.sameOrigin(site, loopback)) {
      return true;
    }
    if (NUMBER_HOST.matcher(place.host).matches()) {
      return false;
    }
    if (IPV4.matcher(place.host).matches() || place.host.startsWith("[")) {
      // wire: gotrue lets any loopback address pass, whatever the list says
      return loopback && (place.isWeb() || listed(address));
    }
    if (place.isWeb() && !HOST_NAME.matcher(place.host).matches()) {
      return false;
    }
    return listed(address);
  }

  private boolean listed(String address) {
    int hash = address.indexOf('#');
    var compared = hash < 0 ? address : address.substring(0, hash);
    return allowed.stream().map(p -> p.matcher(compared)).anyMatch(Matcher::matches);
  }

  private static Optional<Place> parse(String address) {
    var whole = ADDRESS.matcher(address);
    if (address.length() > 2048
        || address.indexOf('\\') >= 0
        || address.chars().anyMatch(c -> c <= ' ' || c == 0x7f)
        || !whole.matches()) {
      return Optional.empty();
    }
    var authority = Optional.ofNullable(whole.group("authority")).orElse("");
    var parts = AUTHORITY.matcher(authority);
    if (!parts.matches()) {
      return Optional.empty();
    }
    var scheme = whole.group("scheme").toLowerCase(Locale.ROOT);
    var port = Optional.ofNullable(parts.group("port")).orElse("");
    return Optional.of(new Place(scheme, parts.group("host").toLowerCase(Locale.ROOT), port));
  }

  /// `*` stops at `.` and `/`, `**` does not; `?`, `[abc]`, `[!abc]` and `{a,b}` as in a shell.
  static Pattern glob(String text) {
    var regex = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '*' -> {
          boolean twice = i + 1 < text.length() && text.charAt(i + 1) == '*';
          regex.append(twice ? ".*" : "[^./]*");
          i += twice ? 1 : 0;
        }
        case '?' -> regex.append("[^./]");
        case '[' -> {
          int end = text.indexOf(']', i + 1);
          if (end < 0) {
            throw new IllegalArgumentException("unclosed [ in redirect pattern " + text);
          }
          var inner = text.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
          regex.append(inner.startsWith("!") ? "[^" + inner.substring(1) : "[" + inner).append(']');
          i = end;
        }
        case '{' -> {
          depth++;
          regex.append("(?:");
        }
        case '}' -> {
          regex.append(depth > 0 ? ")" : "\\}");
          depth = Math.max(0, depth - 1);
        }
        case ',' -> regex.append(depth > 0 ? "|" : ",");
        case '\\' -> {
          i++;
          regex.append(Pattern.quote(text.substring(i, Math.min(i + 1, text.length()))));
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private record Place(String scheme, String host, String port) {
    boolean isWeb() {
      return scheme.equals("http") || scheme.equals("https");
    }

    boolean isLoopback() {
      return host.equals("localhost") || LOOPBACK.matcher(host).matches();
    }

    boolean sameOrigin(Place other, boolean anyPort) {
      return scheme.equals(other.scheme)
          && host.equals(other.host)
          && (anyPort || port.equals(other.port));
    }
  }
}
