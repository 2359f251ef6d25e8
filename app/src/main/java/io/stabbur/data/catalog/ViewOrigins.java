package io.stabbur.data.catalog;

import java.util.ArrayList;
import java.util.List;

/// Reads from the stored query tree of a view which column of which relation each of its columns
/// shows. The tree is Postgres' own text form: `{NODE :field value ...}`, lists in parentheses, a
/// backslash before special characters.
final class ViewOrigins {
  private static final String TARGETS = ":targetList ";

  private final String tree;
  private int at;

  private ViewOrigins(String tree) {
    this.tree = tree;
  }

  /// Column number of the view, and the relation and column number it comes from.
  record Origin(int column, long relation, int number) {}

  /// Origins of all columns that come straight from a relation.
  static List<Origin> of(String tree) {
    return new ViewOrigins(tree).origins();
  }

  private List<Origin> origins() {
    if (!seek(2, TARGETS)) {
      return List.of();
    }
    var origins = new ArrayList<Origin>();
    if (at >= tree.length() || tree.charAt(at) != '(') {
      return origins;
    }
    at++;
    while (at < tree.length() && tree.charAt(at) != ')') {
      if (tree.charAt(at) == '{') {
        var end = closing(at);
        addOrigin(origins, tree.substring(at + 1, end));
        at = end;
      }
      at++;
    }
    return origins;
  }

  /// Moves past `field` where it stands at the given depth of braces and parentheses.
  private boolean seek(int wanted, String field) {
    var depth = 0;
    while (at < tree.length()) {
      switch (tree.charAt(at)) {
        case '\\' -> at++;
        case '{', '(' -> depth++;
        case '}', ')' -> depth--;
        case ':' -> {
          if (depth == wanted && tree.startsWith(field, at)) {
            at += field.length();
            return true;
          }
        }
        default -> {
          // part of a name or value
        }
      }
      at++;
    }
    return false;
  }

  private int closing(int open) {
    var depth = 0;
    for (var i = open; i < tree.length(); i++) {
      switch (tree.charAt(i)) {
        case '\\' -> i++;
        case '{' -> depth++;
        case '}' -> {
          depth--;
          if (depth == 0) {
            return i;
          }
        }
        default -> {
          // part of a name or value
        }
      }
    }
    return tree.length() - 1;
  }

  private static void addOrigin(List<Origin> origins, String entry) {
    var column = number(entry, ":resno ");
    var relation = number(entry, ":resorigtbl ");
    var number = number(entry, ":resorigcol ");
    if (relation > 0 && number > 0) {
      origins.add(new Origin((int) column, relation, (int) number));
    }
  }

  /// These fields stand after the expression, so the last occurrence is the entry's own. The number
  /// of a system column, such as `ctid`, is negative.
  private static long number(String entry, String field) {
    var at = entry.lastIndexOf(field);
    if (at < 0) {
      return 0;
    }
    var start = at + field.length();
    var end = entry.startsWith("-", start) ? start + 1 : start;
    while (end < entry.length() && Character.isDigit(entry.charAt(end))) {
      end++;
    }
    return Long.parseLong(entry, start, end, 10);
  }
}
