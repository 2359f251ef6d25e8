package io.stabbur.operations.log;

import java.util.List;
import java.util.regex.Pattern;

/// Takes out of lines what belongs on no page, whoever logged it: keys, tokens, passwords in
/// addresses and beside their names, and all of an address of mail but its domain. What is looked
/// for is bounded in length, so that no line takes long.
final class LogMask {
  private static final String MASK = "***";

  /// What stands in quotes, which may be escaped themselves, or one word. A missing end is where a
  /// line was cut.
  private static final String VALUE =
      "(?:\\\\*+\"(?:[^\"\\\\]++|\\\\.)*+\"?|'[^']*+'?|[^\\s&;,\"'){}\\]]++)";

  /// What is masked, but for the first group, which stays.
  private static final List<Pattern> SECRETS =
      List.of(
          Pattern.compile("()eyJ[A-Za-z0-9_-]{6,1000}+\\.[A-Za-z0-9_-]++\\.?[A-Za-z0-9_-]*+"),
          Pattern.compile("()\\b(?:sb_(?:secret|publishable)|sbk|sbp)_[A-Za-z0-9_-]+"),
          // the user may be missing, and the password have signs of the address in it
          Pattern.compile(
              "((?:\\b[a-z][a-z0-9+.-]{0,20}://)?[^\\s:/@\"]{0,100}:)(?!//)[^\\s\"]{1,500}(?=@)",
              Pattern.CASE_INSENSITIVE),
          Pattern.compile("(cookie\\\\*+[\"']?\\s*+[:=])[^\\r\\n]++", Pattern.CASE_INSENSITIVE),
          Pattern.compile(
              "((?:pass(?:word|wd|phrase)|pwd|secret|token|credential|signature|authorization"
                  + "|(?:api|private|secret|access|role|anon|encryption|signing)[_-]?key)s?"
                  + "(?:[_-]?(?:hash|key|value))?\\\\*+[\"')]?\\s*+[:=]\\s*+)"
                  + "(?:(?:bearer|basic)\\s++)?"
                  + VALUE,
              Pattern.CASE_INSENSITIVE | Pattern.DOTALL),
          Pattern.compile("((?:bearer|basic)\\s)[A-Za-z0-9+/=._~-]{8,}", Pattern.CASE_INSENSITIVE),
          Pattern.compile("()[A-Za-z0-9._%+'-]{1,64}(?=@[A-Za-z0-9-]+\\.)"));

  private LogMask() {}

  static String of(String text) {
    var masked = text;
    for (var secret : SECRETS) {
      masked = secret.matcher(masked).replaceAll("$1" + MASK);
    }
    return masked;
  }
}
