package io.stabbur.auth.account;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/// An address as SMTP writes it: the domain is ASCII (A-labels, RFC 5891), the local part is as it
/// was given.
///
/// @param domain in A-labels
public record MailAddress(String local, String domain) {

  /// Empty when the domain cannot be written in ASCII without loss. IDNA 2003, which the JDK has,
  /// writes `straße` as `strasse` and letters of full width as ASCII: other domains, of other
  /// owners. Such domains are given as A-labels.
  public static Optional<MailAddress> of(String address) {
    int at = address.lastIndexOf('@');
    var domain = address.substring(at + 1).toLowerCase(Locale.ROOT);
    try {
      var ascii = IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES);
      boolean whole = isAscii(domain) || IDN.toUnicode(ascii).equals(domain);
      return at > 0 && whole && !ascii.isEmpty() && isAscii(ascii)
          ? Optional.of(new MailAddress(address.substring(0, at), ascii))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// Whether only a server with SMTPUTF8 (RFC 6531) can take it.
  public boolean needsUtf8() {
    return !isAscii(local);
  }

  /// As it stands in the envelope and in headers.
  public String wire() {
    return local + "@" + domain;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
