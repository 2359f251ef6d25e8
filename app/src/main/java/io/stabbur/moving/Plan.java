package io.stabbur.moving;

import java.util.ArrayList;
import java.util.List;

/// What a move will do, as a person reads it before anything is done.
///
/// @param what the parts that move, one line each
/// @param staysBehind what does not move, and why
/// @param byHand what a person has to do afterwards
/// @param conflicts why the move cannot be done; nothing is written while there is one
public record Plan(
    List<String> what, List<String> staysBehind, List<String> byHand, List<String> conflicts) {
  public Plan {
    what = List.copyOf(what);
    staysBehind = List.copyOf(staysBehind);
    byHand = List.copyOf(byHand);
    conflicts = List.copyOf(conflicts);
  }

  /// The same plan with another conflict.
  Plan with(String conflict) {
    var all = new ArrayList<>(conflicts);
    all.add(conflict);
    return new Plan(what, staysBehind, byHand, all);
  }

  /// The lines to print.
  public List<String> lines() {
    var lines = new ArrayList<String>();
    add(lines, "Moves:", what);
    add(lines, "Stays behind:", staysBehind);
    add(lines, "To do by hand afterwards:", byHand);
    add(lines, "Conflicts:", conflicts);
    return lines;
  }

  private static void add(List<String> lines, String title, List<String> items) {
    if (!items.isEmpty()) {
      lines.add(title);
      items.forEach(item -> lines.add("  " + item));
    }
  }
}
