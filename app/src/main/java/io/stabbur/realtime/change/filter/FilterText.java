package io.stabbur.realtime.change.filter;

import io.stabbur.realtime.change.filter.Condition.Negation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the text of a filter: conditions separated by commas, all of which must hold. Parentheses
/// and double quotes protect commas; quotes count only after `.`, `(` and `,`.
public final class FilterText {
  private FilterText() {}

  /// A filter that cannot be read; the message is for the client.
  public static final class InvalidFilter extends Exception {
    private static final long serialVersionUID = 1;

    InvalidFilter(String message) {
      super("Error parsing `filter` params: " + message, null, false, false);
    }
  }

  /// The conditions; none where the text is absent or blank.
  public static List<Condition> parse(@Nullable String text) throws InvalidFilter {
    if (text == null || text.isBlank()) {
      return List.of();
    }
    var conditions = new ArrayList<Condition>();
    for (var segment : segments(text.strip())) {
      conditions.add(condition(segment.strip()));
    }
    return List.copyOf(conditions);
  }

  private static List<String> segments(String text) {
    var segments = new ArrayList<String>();
    int start = 0;
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"' && i > start && ".(,".indexOf(text.charAt(i - 1)) >= 0) {
        quoted = true;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth = Math.max(0, depth - 1);
      } else if (c == ',' && depth == 0) {
        segments.add(text.substring(start, i));
        start = i + 1;
      }
    }
    segments.add(text.substring(start));
    return segments;
  }

  private static Condition condition(String segment) throws InvalidFilter {
    if (segment.isEmpty()) {
      throw new InvalidFilter("filter must not contain empty segments (check for extra commas)");
    }
    int equals = segment.indexOf('=');
    if (equals < 0) {
      throw new InvalidFilter(quote(segment));
    }
    var rest = segment.substring(equals + 1);
    var negation = rest.startsWith("not.") ? Negation.NEGATED : Negation.PLAIN;
    var operation = negation == Negation.NEGATED ? rest.substring("not.".length()) : rest;
    int dot = operation.indexOf('.');
    if (dot < 0) {
      throw new InvalidFilter(quote(operation));
    }
    var word = operation.substring(0, dot);
    var value = operation.substring(dot + 1);
    var operator = Operator.named(word);
    if (operator.isEmpty()) {
      throw new InvalidFilter("[" + inner(word) + ", " + inner(value) + "]");
    }
    var column = segment.substring(0, equals);
    return new Condition(column, operator.get(), value(operator.get(), value), negation);
  }

  private static String value(Operator operator, String text) throws InvalidFilter {
    if (operator != Operator.IN) {
      return unquoted(text);
    }
    if (text.length() < 2 || !text.startsWith("(") || !text.endsWith(")")) {
      throw new InvalidFilter("`in` filter value must be wrapped by parentheses");
    }
    return "{" + text.substring(1, text.length() - 1) + "}";
  }

  /// The text inside of quotes that enclose the whole of it; else the text.
  private static String unquoted(String text) {
    if (!text.startsWith("\"")) {
      return text;
    }
    var inside = new StringBuilder();
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return i == text.length() - 1 ? inside.toString() : text;
      }
      if (c == '\\' && i + 1 < text.length()) {
        c = text.charAt(++i);
      }
      inside.append(c);
    }
    return text;
  }

  private static String quote(String text) {
    return "[" + inner(text) + "]";
  }

  private static String inner(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
