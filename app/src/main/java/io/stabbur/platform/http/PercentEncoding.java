package io.stabbur.platform.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Percent-encodes parts of addresses (RFC 3986).
public final class PercentEncoding {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PercentEncoding() {}

  /// The octets of a text in UTF-8: letters, digits and `-._~` as they are, all others as `%` and
  /// two digits in upper case.
  public static String encode(String text) {
    var encoded = new StringBuilder(text.length() + 16);
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved(octet)) {
        encoded.append((char) octet);
      } else {
        encoded.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return encoded.toString();
  }

  private static boolean isUnreserved(byte octet) {
    return octet > 0 && (Character.isLetterOrDigit(octet) || "-._~".indexOf(octet) >= 0);
  }
}
