package io.stabbur.operations.statement;

import io.stabbur.platform.sql.SqlTokens;

/// A statement without values and comments. Postgres puts `$1` in the place of values itself, but
/// not where it forgot the statement while it ran. What is not closed is not shown.
final class MaskedText {
  private final String text;
  private final StringBuilder masked = new StringBuilder();

  private MaskedText(String text) {
    this.text = text;
  }

  static String of(String statement) {
    var reading = new MaskedText(statement);
    for (var tokens = new SqlTokens(statement); tokens.next(); ) {
      reading.add(tokens);
    }
    return reading.masked.toString().strip();
  }

  private void add(SqlTokens token) {
    switch (token.kind()) {
      case SPACE, COMMENT -> space();
      case LITERAL -> masked.append("'…'");
      case NAME -> {
        if (token.isClosed()) {
          copy(token);
        } else {
          masked.append("\"…\"");
        }
      }
      case NUMBER -> {
        if (belongsToName()) {
          copy(token);
        } else {
          masked.append('…');
        }
      }
      case PARAMETER, WORD, SIGN -> copy(token);
    }
  }

  /// Digits after a quoted name or the like are shown. Those after a point are not: to Postgres,
  /// `.5` is a number wherever it stands.
  private boolean belongsToName() {
    var last = masked.isEmpty() ? ' ' : masked.charAt(masked.length() - 1);
    return last == '"'
        || last == '$'
        || last == '_'
        || (last < 128 && Character.isLetterOrDigit(last));
  }

  private void copy(SqlTokens token) {
    masked.append(text, token.start(), token.end());
  }

  private void space() {
    if (masked.isEmpty() || masked.charAt(masked.length() - 1) != ' ') {
      masked.append(' ');
    }
  }
}
