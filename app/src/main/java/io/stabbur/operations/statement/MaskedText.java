package io.stabbur.operations.statement;

import java.util.regex.Pattern;

/// A statement without values and comments. Postgres puts `$1` in the place of values itself, but
/// not where it forgot the statement while it ran.
final class MaskedText {
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|--[^\\n]*", Pattern.DOTALL);

  /// Possessive, so that a long text takes no stack.
  private static final Pattern QUOTED =
      Pattern.compile(
          "(?i)\\be'(?:[^'\\\\]++|\\\\.|'')*+'|'(?:[^']++|'')*+'|\\$([a-z_]*)\\$.*?\\$\\1\\$",
          Pattern.DOTALL);

  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\w$.\"])\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private MaskedText() {}

  static String of(String statement) {
    var masked = QUOTED.matcher(statement).replaceAll("'…'");
    masked = COMMENT.matcher(masked).replaceAll(" ");
    masked = NUMBER.matcher(masked).replaceAll("…");
    return SPACE.matcher(masked).replaceAll(" ").strip();
  }
}
