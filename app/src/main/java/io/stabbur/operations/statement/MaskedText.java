package io.stabbur.operations.statement;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A statement without values and comments. Postgres puts `$1` in the place of values itself, but
/// not where it forgot the statement while it ran.
///
/// The text is read once, token by token, as Postgres reads it: a quote in a comment opens nothing,
/// and a comment in quotes is none. What is not closed reaches to the end, and is not shown.
final class MaskedText {
  private static final Pattern NUMBER =
      Pattern.compile("\\d[\\d_]*+(?:\\.\\d++)?+(?:e[+-]?+\\d++)?+");

  private final String text;
  private final Matcher number;
  private final StringBuilder masked = new StringBuilder();
  private int at;

  /// Whether what was read last is a literal with backslashes, which goes on where another follows
  /// on a later line.
  private boolean escaped;

  private MaskedText(String text) {
    this.text = text;
    this.number = NUMBER.matcher(text);
  }

  static String of(String statement) {
    var reading = new MaskedText(statement);
    while (reading.at < statement.length()) {
      reading.token();
    }
    return reading.masked.toString().strip();
  }

  private void token() {
    var next = text.charAt(at);
    if (isSpace(next)) {
      at++;
      space();
    } else if (text.startsWith("--", at)) {
      lineComment();
    } else if (next == '\'') {
      literal(escaped);
    } else {
      escaped = false;
      if (text.startsWith("/*", at)) {
        comment();
      } else if (next == '"') {
        name();
      } else if (next == '$') {
        dollar();
      } else if (isDigit(next)) {
        number();
      } else if (isWordStart(next)) {
        word();
      } else {
        copyTo(at + 1);
      }
    }
  }

  private void lineComment() {
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
    space();
  }

  /// One comment may be in another.
  private void comment() {
    int depth = 0;
    do {
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < text.length());
    space();
  }

  private void literal(boolean withBackslashes) {
    toClosing('\'', withBackslashes);
    masked.append("'…'");
    escaped = withBackslashes;
  }

  private void name() {
    int start = at;
    if (toClosing('"', false)) {
      masked.append(text, start, at);
    } else {
      masked.append("\"…\"");
    }
  }

  /// Goes behind the quote that closes what begins here; one that is doubled closes nothing.
  ///
  /// @return whether there is one; without it, the text is read to its end
  private boolean toClosing(char quote, boolean withBackslashes) {
    at++;
    while (at < text.length()) {
      var next = text.charAt(at);
      if (next == quote && !(at + 1 < text.length() && text.charAt(at + 1) == quote)) {
        at++;
        return true;
      }
      at += next == quote || (next == '\\' && withBackslashes) ? 2 : 1;
    }
    at = text.length();
    return false;
  }

  /// A literal in `$tag$`, the number of a parameter, or a sign alone.
  private void dollar() {
    int end = at + 1;
    if (end < text.length() && isDigit(text.charAt(end))) {
      copyTo(endOfDigits(end));
      return;
    }
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    if (end == text.length() || text.charAt(end) != '$') {
      copyTo(at + 1);
      return;
    }
    var tag = text.substring(at, end + 1);
    int closing = text.indexOf(tag, end + 1);
    at = closing < 0 ? text.length() : closing + tag.length();
    masked.append("'…'");
  }

  /// Digits after a point, a quoted name or the like are shown.
  private void number() {
    var last = masked.isEmpty() ? ' ' : masked.charAt(masked.length() - 1);
    if (last == '.' || last == '"' || last == '$' || (last < 128 && isWord(last))) {
      copyTo(endOfDigits(at));
    } else if (number.region(at, text.length()).lookingAt()) {
      at = number.end();
      masked.append('…');
    }
  }

  private void word() {
    int end = at;
    while (end < text.length() && (isWord(text.charAt(end)) || text.charAt(end) == '$')) {
      end++;
    }
    if (end == at + 1 && text.regionMatches(true, at, "e'", 0, 2)) {
      at = end;
      literal(true);
    } else {
      copyTo(end);
    }
  }

  private int endOfDigits(int start) {
    int end = start;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private void copyTo(int end) {
    masked.append(text, at, end);
    at = end;
  }

  private void space() {
    if (masked.isEmpty() || masked.charAt(masked.length() - 1) != ' ') {
      masked.append(' ');
    }
  }

  private static boolean isSpace(char character) {
    return character == ' ' || (character >= '\t' && character <= '\r');
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  /// To Postgres, all that is not ASCII belongs to words.
  private static boolean isWordStart(char character) {
    return character >= 128
        || character == '_'
        || (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z');
  }

  private static boolean isWord(char character) {
    return isWordStart(character) || isDigit(character);
  }
}
