package io.stabbur.platform.sql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads SQL once, token by token, as Postgres reads it: a quote in a comment opens nothing, and a
/// comment in quotes is none. What is not closed reaches to the end of the text.
///
/// A cursor: [#next] goes on to a token, and the other methods tell of it.
public final class SqlTokens {
  private static final Pattern NUMBER =
      Pattern.compile(
          "0[xXoObB][0-9a-fA-F_]++|[0-9][0-9_]*+(?:\\.[0-9_]++)?+(?:[eE][+-]?+[0-9_]++)?+");

  private final String text;
  private final Matcher number;
  private Kind kind = Kind.SPACE;
  private int start;
  private int end;
  private boolean isClosed = true;

  /// Whether what was read last is a literal with backslashes, which goes on where another follows
  /// on a later line.
  private boolean isEscaped;

  /// What tokens are.
  public enum Kind {
    /// Any number of blanks and ends of lines.
    SPACE,
    /// To the end of a line, or between `/*` and `*/`, others within included.
    COMMENT,
    /// A text in quotes, an `e` in front of it included, or in `$tag$`.
    LITERAL,
    /// A name in quotes.
    NAME,
    /// `$1`.
    PARAMETER,
    /// A number without its sign.
    NUMBER,
    /// A keyword or a name without quotes.
    WORD,
    /// One character of anything else.
    SIGN
  }

  public SqlTokens(String text) {
    this.text = text;
    this.number = NUMBER.matcher(text);
  }

  /// Goes on to the next token; false at the end of the text.
  public boolean next() {
    start = end;
    isClosed = true;
    if (start == text.length()) {
      return false;
    }
    kind = read(text.charAt(start));
    return true;
  }

  public Kind kind() {
    return kind;
  }

  /// Where the token begins in the text.
  public int start() {
    return start;
  }

  /// Where the text goes on behind the token.
  public int end() {
    return end;
  }

  /// False for a comment, a literal or a name that the text ends within.
  public boolean isClosed() {
    return isClosed;
  }

  private Kind read(char first) {
    if (isSpace(first)) {
      space();
      return Kind.SPACE;
    }
    if (text.startsWith("--", start)) {
      lineComment();
      return Kind.COMMENT;
    }
    if (first == '\'') {
      quoted(start, first, isEscaped);
      return Kind.LITERAL;
    }
    isEscaped = false;
    if (text.startsWith("/*", start)) {
      comment();
      return Kind.COMMENT;
    }
    if (first == '"') {
      quoted(start, first, false);
      return Kind.NAME;
    }
    if (first == '$') {
      return dollar();
    }
    if (isDigit(first)) {
      end = number.region(start, text.length()).lookingAt() ? number.end() : start + 1;
      return Kind.NUMBER;
    }
    if (isWordStart(first)) {
      return word();
    }
    end = start + 1;
    return Kind.SIGN;
  }

  private void space() {
    do {
      end++;
    } while (end < text.length() && isSpace(text.charAt(end)));
  }

  private void lineComment() {
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
  }

  /// One comment may be in another.
  private void comment() {
    int depth = 0;
    do {
      if (text.startsWith("/*", end)) {
        depth++;
        end += 2;
      } else if (text.startsWith("*/", end)) {
        depth--;
        end += 2;
      } else {
        end++;
      }
    } while (depth > 0 && end < text.length());
    isClosed = depth == 0;
  }

  /// Goes behind the quote that closes what another opens; one that is doubled closes nothing.
  private void quoted(int opening, char quote, boolean withBackslashes) {
    int at = opening + 1;
    isClosed = false;
    while (at < text.length() && !isClosed) {
      var next = text.charAt(at);
      if (next == quote && !(at + 1 < text.length() && text.charAt(at + 1) == quote)) {
        isClosed = true;
        at++;
      } else {
        at += next == quote || (next == '\\' && withBackslashes) ? 2 : 1;
      }
    }
    end = Math.min(at, text.length());
  }

  /// A literal in `$tag$`, the number of a parameter, or a sign alone.
  private Kind dollar() {
    int at = start + 1;
    if (at < text.length() && isDigit(text.charAt(at))) {
      while (at < text.length() && isDigit(text.charAt(at))) {
        at++;
      }
      end = at;
      return Kind.PARAMETER;
    }
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    if (at == text.length() || text.charAt(at) != '$') {
      end = start + 1;
      return Kind.SIGN;
    }
    var tag = text.substring(start, at + 1);
    int closing = text.indexOf(tag, at + 1);
    isClosed = closing >= 0;
    end = isClosed ? closing + tag.length() : text.length();
    return Kind.LITERAL;
  }

  private Kind word() {
    if (text.regionMatches(true, start, "e'", 0, 2)) {
      quoted(start + 1, '\'', true);
      isEscaped = true;
      return Kind.LITERAL;
    }
    do {
      end++;
    } while (end < text.length() && (isWord(text.charAt(end)) || text.charAt(end) == '$'));
    return Kind.WORD;
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
