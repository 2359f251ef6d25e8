package io.stabbur.project;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A SQL file cut into its statements where psql would cut it: at semicolons outside strings,
/// quoted names, comments, parentheses and `begin atomic` bodies.
public final class SqlScript {
  private static final Pattern DOLLAR_TAG = Pattern.compile("\\$(?:[\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

  private final String text;
  private final List<Piece> pieces = new ArrayList<>();
  private final StringBuilder bare = new StringBuilder();
  private int at;
  private int pieceStart;
  private int firstToken = -1;
  private int parentheses;
  private int atomicBlocks;
  private String previousWord = "";

  private SqlScript(String text) {
    this.text = text;
  }

  /// The statements in order, without their semicolons; comments in front of one belong to it.
  public static List<Piece> statements(String text) {
    return new SqlScript(text).cut();
  }

  /// What a text does, however it is laid out and commented: equal for two that do the same in the
  /// same words.
  static String gist(String text) {
    var script = new SqlScript(text);
    script.cut();
    return script
        .bare
        .chars()
        .filter(c -> !isLayout(c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isLayout(int c) {
    return Character.isWhitespace(c) || c == ';' || c == '\uFEFF';
  }

  /// One statement of a file.
  ///
  /// @param sql the text, comments included
  /// @param start where the text begins in the file
  /// @param firstToken where the statement itself begins in the file
  public record Piece(String sql, int start, int firstToken) {
    /// The statement without the comments in front of it, on one line, cut short.
    public String summary() {
      var line = sql.substring(firstToken - start).replaceAll("\\s+", " ").strip();
      return line.length() <= 120 ? line : line.substring(0, 117) + "...";
    }
  }

  private List<Piece> cut() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (text.startsWith("--", at)) {
        at = indexOrEnd(text.indexOf('\n', at));
      } else if (text.startsWith("/*", at)) {
        skipBlockComment();
      } else {
        int start = at;
        token(c);
        bare.append(text, start, Math.min(at, text.length()));
      }
    }
    end(text.length());
    return pieces;
  }

  private void token(char c) {
    if (c == ';' && parentheses == 0 && atomicBlocks == 0) {
      end(at);
      at++;
      pieceStart = at;
      return;
    }
    if (firstToken < 0) {
      firstToken = at;
    }
    switch (c) {
      case '\'' -> skipString(previousWord.equals("e") && isWordPart(at - 1));
      case '"' -> skipQuoted();
      case '$' -> skipDollarQuoted();
      case '(' -> {
        parentheses++;
        at++;
      }
      case ')' -> {
        parentheses = Math.max(0, parentheses - 1);
        at++;
      }
      default -> {
        if (Character.isLetter(c) || c == '_') {
          word();
        } else {
          at++;
        }
      }
    }
  }

  /// `begin atomic … end` holds semicolons of its own, and so may `case … end` inside it.
  private void word() {
    int start = at;
    while (at < text.length() && isWordPart(at)) {
      at++;
    }
    var word = text.substring(start, at).toLowerCase(Locale.ROOT);
    if (word.equals("atomic") && previousWord.equals("begin")) {
      atomicBlocks = 1;
    } else if (atomicBlocks > 0 && word.equals("case")) {
      atomicBlocks++;
    } else if (atomicBlocks > 0 && word.equals("end")) {
      atomicBlocks--;
    }
    previousWord = word;
  }

  private boolean isWordPart(int index) {
    if (index < 0) {
      return false;
    }
    char c = text.charAt(index);
    return Character.isLetterOrDigit(c) || c == '_' || c == '$';
  }

  private void skipString(boolean backslashEscapes) {
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\' && backslashEscapes) {
        at++;
      } else if (c == '\'') {
        break;
      }
    }
    previousWord = "";
  }

  private void skipQuoted() {
    at = indexOrEnd(text.indexOf('"', at + 1)) + 1;
    previousWord = "";
  }

  private void skipDollarQuoted() {
    var tag = DOLLAR_TAG.matcher(text).region(at, text.length());
    if (!tag.lookingAt()) {
      at++;
      return;
    }
    int close = text.indexOf(tag.group(), tag.end());
    at = close < 0 ? text.length() : close + tag.group().length();
  }

  private void skipBlockComment() {
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
  }

  private void end(int end) {
    if (firstToken >= 0) {
      int start = pieceStart;
      while (Character.isWhitespace(text.charAt(start))) {
        start++;
      }
      pieces.add(new Piece(text.substring(start, end).stripTrailing(), start, firstToken));
    }
    firstToken = -1;
    parentheses = 0;
    atomicBlocks = 0;
    previousWord = "";
  }

  private int indexOrEnd(int index) {
    return index < 0 ? text.length() : index;
  }
}
