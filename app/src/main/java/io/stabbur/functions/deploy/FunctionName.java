package io.stabbur.functions.deploy;

import java.util.Optional;
import java.util.regex.Pattern;

/// The name of a function, as it stands in paths: a letter, then letters, digits, `_` and `-`.
public record FunctionName(String text) {
  private static final int LONGEST = 48;
  private static final Pattern VALID = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,47}");

  /// The name, if the text is one.
  public static Optional<FunctionName> parse(String text) {
    return text.length() <= LONGEST && VALID.matcher(text).matches()
        ? Optional.of(new FunctionName(text))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
