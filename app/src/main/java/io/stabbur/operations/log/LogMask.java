package io.stabbur.operations.log;

import java.util.regex.Pattern;

/// Takes out of lines what belongs on no page, whoever logged it: keys, tokens, passwords in
/// addresses, and all of an address of mail but its domain.
final class LogMask {
  private static final Pattern SECRET =
      Pattern.compile(
          "eyJ[A-Za-z0-9_-]{6,}\\.[A-Za-z0-9_-]+\\.?[A-Za-z0-9_-]*"
              + "|\\bsb_(?:secret|publishable)_[A-Za-z0-9_-]+|\\b(?:sbk|sbp)_[A-Za-z0-9_-]+|(?<=(?i:bearer|basic)"
              + " )[A-Za-z0-9+/=._~-]{8,}|(?<=://[^\\s:/@]{1,100}:)[^\\s@]+(?=@)"
              + "|(?<=(?i:password|secret|token|apikey|api_key)=)[^\\s&;,]+");

  private static final Pattern MAIL =
      Pattern.compile("[A-Za-z0-9._%+'-]{1,64}(?=@[A-Za-z0-9-]+\\.)");

  private LogMask() {}

  static String of(String text) {
    return MAIL.matcher(SECRET.matcher(text).replaceAll("***")).replaceAll("***");
  }
}
