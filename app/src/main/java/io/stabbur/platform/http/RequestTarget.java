package io.stabbur.platform.http;

import java.util.HexFormat;

/// The target of a request line as clients really send it. curl, webhooks and examples of the
/// documentation put `>`, `"`, `|` or letters of any script there as they are, which RFC 3986 does
/// not allow and which the original servers read as bytes.
final class RequestTarget {
  /// Characters that RFC 3986 allows in a path or a query; brackets are no part of a path.
  private static final String ALLOWED = "-._~:/?#@!$&'()*+,;=[]";

  private RequestTarget() {}

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
