package io.stabbur.functions.deploy;

import java.util.Optional;

/// The name of a function, as it stands in paths: a letter, then letters, digits, `_` and `-`.
public record FunctionName(String text) {
  private static final int LONGEST = 48;

  /// The name, if the text is one.
  public static Optional<FunctionName> parse(String text) {
    return isName(text) ? Optional.of(new FunctionName(text)) : Optional.empty();
  }

  private static boolean isName(String text) {
    boolean isName = !text.isEmpty() && text.length() <= LONGEST && isLetter(text.charAt(0));
    for (int i = 1; i < text.length() && isName; i++) {
      char c = text.charAt(i);
      isName = isLetter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    return isName;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  @Override
  public String toString() {
    return text;
  }
}
