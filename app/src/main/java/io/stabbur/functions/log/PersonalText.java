package io.stabbur.functions.log;

import java.util.regex.Pattern;

/// Takes mail addresses and long numbers (telephones, national identity numbers, accounts) out of
/// what functions write.
final class PersonalText {
  private static final Pattern MAIL =
      Pattern.compile("[\\p{L}\\p{N}._%+-]{1,64}@[\\p{L}\\p{N}.-]{1,190}\\.\\p{L}{2,24}");

  /// Not a part of an id or a hash.
  private static final Pattern NUMBER =
      Pattern.compile("(?<![0-9A-Za-z_-])\\+?[0-9](?: ?[0-9]){7,18}(?![0-9A-Za-z_-])");

  private PersonalText() {}

  static String cut(String text) {
    return NUMBER.matcher(MAIL.matcher(text).replaceAll("[mail]")).replaceAll("[number]");
  }
}
