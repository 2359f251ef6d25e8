package io.stabbur.realtime.change.table;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The expression of a policy as the catalog stores it (`pg_node_tree`), of which one thing is
/// read: the columns of the policy's own table that it refers to.
final class PolicyTree {
  private static final Pattern VARIABLE =
      Pattern.compile("\\{VAR :varno (\\d+) :varattno (-?\\d+) [^{}]*?:varlevelsup (\\d+) ");

  /// The number of the policy's table among those of its expression.
  private static final int OWN = 1;

  private PolicyTree() {}

  /// The numbers of the columns. None where that cannot be said: whole rows, system columns, what
  /// is not understood.
  static Optional<Set<Integer>> columns(String tree) {
    var columns = new HashSet<Integer>();
    var isQuery = new ArrayDeque<Boolean>();
    int depth = 0;
    for (int i = 0; i < tree.length(); i++) {
      switch (tree.charAt(i)) {
        case '\\' -> i++;
        case '{' -> {
          boolean opens = tree.startsWith("{QUERY ", i);
          isQuery.push(opens);
          depth += opens ? 1 : 0;
          if (tree.startsWith("{VAR ", i) && !add(columns, tree, i, depth)) {
            return Optional.empty();
          }
        }
        case '}' -> {
          if (isQuery.isEmpty()) {
            return Optional.empty();
          }
          depth -= isQuery.pop() ? 1 : 0;
        }
        default -> {
          // a name or a value
        }
      }
    }
    return isQuery.isEmpty() ? Optional.of(columns) : Optional.empty();
  }

  /// Adds a variable's column if it is the own table's: one that lies as many queries up as there
  /// are around it.
  ///
  /// @return whether it was understood
  private static boolean add(Set<Integer> columns, String tree, int at, int depth) {
    var variable = VARIABLE.matcher(tree).region(at, tree.length());
    if (!variable.lookingAt()) {
      return false;
    }
    int up = Integer.parseInt(variable.group(3));
    if (up < depth) {
      return true;
    }
    int column = Integer.parseInt(variable.group(2));
    columns.add(column);
    return up == depth && Integer.parseInt(variable.group(1)) == OWN && column > 0;
  }
}
