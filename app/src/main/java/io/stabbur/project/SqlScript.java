package io.stabbur.project;

import io.stabbur.platform.sql.SqlTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A SQL file cut into its statements where psql would cut it: at semicolons outside strings,
/// quoted names, comments, parentheses and `begin atomic` bodies.
public final class SqlScript {
  private final String text;
  private final List<Piece> pieces = new ArrayList<>();
  private final SqlTokens tokens;
  private final StringBuilder bare = new StringBuilder();
  private int pieceStart;
  private int firstToken = -1;
  private int parentheses;
  private int atomicBlocks;
  private String previousWord = "";

  private SqlScript(String text) {
    this.text = text;
    this.tokens = new SqlTokens(text);
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
    var gist = new StringBuilder(script.bare.length());
    for (int i = 0; i < script.bare.length(); i++) {
      char c = script.bare.charAt(i);
      if (!isLayout(c)) {
        gist.append(c);
      }
    }
    return gist.toString();
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
    while (tokens.next()) {
      switch (tokens.kind()) {
        case SPACE, COMMENT -> {}
        case LITERAL, NAME -> {
          begin();
          previousWord = "";
        }
        case WORD -> {
          begin();
          word(text.substring(tokens.start(), tokens.end()).toLowerCase(Locale.ROOT));
        }
        case SIGN -> sign(text.charAt(tokens.start()));
        case PARAMETER, NUMBER -> begin();
      }
    }
    end(text.length());
    return pieces;
  }

  private void sign(char sign) {
    if (sign == ';' && parentheses == 0 && atomicBlocks == 0) {
      end(tokens.start());
      pieceStart = tokens.end();
      return;
    }
    begin();
    if (sign == '(') {
      parentheses++;
    } else if (sign == ')') {
      parentheses = Math.max(0, parentheses - 1);
    }
  }

  /// Notes what belongs to a statement.
  private void begin() {
    if (firstToken < 0) {
      firstToken = tokens.start();
    }
    bare.append(text, tokens.start(), tokens.end());
  }

  /// `begin atomic … end` holds semicolons of its own, and so may `case … end` inside it.
  private void word(String word) {
    if (word.equals("atomic") && previousWord.equals("begin")) {
      atomicBlocks = 1;
    } else if (atomicBlocks > 0 && word.equals("case")) {
      atomicBlocks++;
    } else if (atomicBlocks > 0 && word.equals("end")) {
      atomicBlocks--;
    }
    previousWord = word;
  }

  private void end(int end) {
    if (firstToken >= 0) {
      int start = pieceStart;
      while (start < firstToken && Character.isWhitespace(text.charAt(start))) {
        start++;
      }
      pieces.add(new Piece(text.substring(start, end).stripTrailing(), start, firstToken));
    }
    firstToken = -1;
    parentheses = 0;
    atomicBlocks = 0;
    previousWord = "";
  }
}
