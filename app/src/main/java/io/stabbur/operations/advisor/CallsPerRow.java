package io.stabbur.operations.advisor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the functions in a condition that are called for each row although no column of the row
/// goes into them. Inside `(select …)` Postgres calls such a function once.
final class CallsPerRow {
  private static final String NAME = "(?:\"[^\"]*+\"|\\w++)";
  private static final Pattern CALL = Pattern.compile("(" + NAME + "(?:\\." + NAME + ")?+)\\(");
  private static final Pattern WORD = Pattern.compile(NAME);
  private static final Pattern QUOTED = Pattern.compile("'(?:[^']++|'')*+'|\"(?:[^\"]++|\"\")*+\"");
  private static final Pattern SIGN = Pattern.compile("['\"().]");

  private final String original;
  private final String text;
  private final Collection<String> columns;
  private final List<String> found = new ArrayList<>();
  private final ArrayDeque<Boolean> selects = new ArrayDeque<>();

  private CallsPerRow(String text, Collection<String> columns) {
    this.original = text;
    this.text = QUOTED.matcher(text).replaceAll(part -> plain(part.group()));
    this.columns = columns;
  }

  /// The calls, such as `auth.uid()`.
  ///
  /// @param condition as Postgres prints it with every name qualified
  static List<String> of(String condition, Collection<String> columns) {
    var search = new CallsPerRow(condition, columns);
    search.run();
    return List.copyOf(search.found);
  }

  /// A literal without its content, or a quoted name without the signs that the search goes by, as
  /// a name may hold any; of the same length.
  private static String plain(String quoted) {
    var mark = quoted.substring(0, 1);
    var inner = quoted.substring(1, quoted.length() - 1);
    var plain = mark.equals("'") ? "_".repeat(inner.length()) : SIGN.matcher(inner).replaceAll("_");
    return Matcher.quoteReplacement(mark + plain + mark);
  }

  private void run() {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\'') {
        int end = text.indexOf('\'', at + 1);
        at = end < 0 ? text.length() : end + 1;
      } else if (c == '(') {
        selects.push(opensSelect(at));
        at++;
      } else if (c == ')') {
        selects.poll();
        at++;
      } else if (Character.isLetter(c) || c == '_' || c == '"') {
        at = name(at);
      } else {
        at++;
      }
    }
  }

  private boolean opensSelect(int parenthesis) {
    return text.startsWith("SELECT ", parenthesis + 1)
        || text.startsWith(" SELECT ", parenthesis + 1);
  }

  /// Steps over a name; where it is that of a function, up to its parenthesis.
  private int name(int at) {
    var call = CALL.matcher(text).region(at, text.length());
    if (call.lookingAt()) {
      var function = call.group(1);
      // functions of Postgres itself are printed without schema, and are cheap or constant
      boolean counts = function.indexOf('.') > 0 || function.equals("current_setting");
      int end = end(call.end() - 1);
      if (counts && !selects.contains(true) && !namesColumn(text.substring(call.end() - 1, end))) {
        found.add(original.substring(at, end));
      }
      return call.end() - 1;
    }
    var word = WORD.matcher(text).region(at, text.length());
    return word.lookingAt() ? word.end() : at + 1;
  }

  /// The place behind the parenthesis that closes this one.
  private int end(int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return text.length();
  }

  private boolean namesColumn(String arguments) {
    return columns.stream()
        .map(column -> SIGN.matcher(column.replace("\"", "\"\"")).replaceAll("_"))
        .anyMatch(
            column ->
                Pattern.compile(
                        "(?<![\\w.])(?:\\w+\\.)?\"?"
                            + Pattern.quote(column.toLowerCase(Locale.ROOT))
                            + "\"?(?![\\w(])")
                    .matcher(arguments.toLowerCase(Locale.ROOT))
                    .find());
  }
}
