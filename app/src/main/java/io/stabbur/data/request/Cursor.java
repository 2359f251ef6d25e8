package io.stabbur.data.request;

import io.stabbur.data.error.DataError;
import io.stabbur.platform.error.ApiException;
import java.util.LinkedHashSet;
import java.util.Set;

/// Reads one parameter's text and remembers the furthest place where it could not go on, with what
/// would have been welcome there. Clients see that memory when the whole parameter is refused.
final class Cursor {
  static final char END = '\uffff';

  private final String what;
  private final String text;
  private int at;
  private int furthest = -1;
  private String found = "";
  private final Set<String> wanted = new LinkedHashSet<>();

  Cursor(String what, String text) {
    this.what = what;
    this.text = text;
  }

  int position() {
    return at;
  }

  void back(int position) {
    at = position;
  }

  char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : END;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  void skip(int chars) {
    at += chars;
  }

  String from(int start) {
    return text.substring(start, at);
  }

  String rest() {
    var rest = text.substring(at);
    at = text.length();
    return rest;
  }

  void skipBlanks() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  /// Takes `c` if it is next.
  boolean take(char c) {
    if (peek() == c && at < text.length()) {
      at++;
      return true;
    }
    want("\"" + c + "\"");
    return false;
  }

  /// Takes `word` if it is next; on failure the first differing character is the culprit.
  boolean take(String word) {
    return takeAs(word, "\"" + word + "\"");
  }

  boolean takeAs(String word, String label) {
    if (text.startsWith(word, at)) {
      at += word.length();
      return true;
    }
    var same = 0;
    while (at + same < text.length()
        && same < word.length()
        && text.charAt(at + same) == word.charAt(same)) {
      same++;
    }
    note(at + same < text.length() ? "\"" + text.charAt(at + same) + "\"" : "end of input", label);
    return false;
  }

  /// Takes `word` in any case, quietly.
  boolean takeIgnoringCase(String word) {
    if (text.regionMatches(true, at, word, 0, word.length())) {
      at += word.length();
      return true;
    }
    return false;
  }

  /// Notes that `label` would have been welcome here.
  void want(String label) {
    note(atEnd() ? "end of input" : "\"" + text.charAt(at) + "\"", label);
  }

  /// Notes that the text should have ended here.
  void wantEnd() {
    note(atEnd() ? "end of input" : "'" + text.charAt(at) + "'", "end of input");
    if (furthest == at && !atEnd()) {
      found = "'" + text.charAt(at) + "'";
    }
  }

  private void note(String culprit, String label) {
    if (at > furthest) {
      furthest = at;
      found = culprit;
      wanted.clear();
    }
    if (at == furthest) {
      wanted.add(label);
    }
  }

  /// The refusal of the whole parameter.
  ApiException refusal() {
    var message = "\"" + what + " (" + text + ")\" (line 1, column " + (furthest + 1) + ")";
    return new DataError.QuerySyntax(message, details()).exception();
  }

  ApiException refusalOf(String shown) {
    var message = "\"" + what + " (" + shown + ")\" (line 1, column " + (furthest + 1) + ")";
    return new DataError.QuerySyntax(message, details()).exception();
  }

  private String details() {
    var labels = wanted.toArray(String[]::new);
    var said = new StringBuilder("unexpected ").append(found);
    for (var i = 0; i < labels.length; i++) {
      said.append(i == 0 ? " expecting " : i == labels.length - 1 ? " or " : ", ");
      said.append(labels[i]);
    }
    return said.toString();
  }
}
