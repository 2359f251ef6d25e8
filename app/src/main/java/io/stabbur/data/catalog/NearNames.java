package io.stabbur.data.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Finds the name a client probably meant. Candidates share letter groups of three, else of two,
/// with the wanted name; among them the smallest edit distance wins.
public final class NearNames {
  private static final int MOST_COMPARED = 50;

  private final Collection<String> names;

  public NearNames(Collection<String> names) {
    this.names = names;
  }

  /// A name and how near it is, 1 being the same.
  public record Near(String name, double score) {}

  /// The nearest name that scores above `least`.
  public Optional<Near> nearest(String wanted, double least) {
    return names.stream()
            .map(n -> n.toLowerCase(Locale.ROOT))
            .anyMatch(wanted.toLowerCase(Locale.ROOT)::equals)
        ? exact(wanted)
        : similar(wanted.toLowerCase(Locale.ROOT), least);
  }

  private Optional<Near> exact(String wanted) {
    return names.stream().filter(wanted::equalsIgnoreCase).findFirst().map(n -> new Near(n, 1));
  }

  private Optional<Near> similar(String wanted, double least) {
    for (var size = 3; size >= 2; size--) {
      var best =
          candidates(wanted, size).stream()
              .map(name -> new Near(name, closeness(wanted, name.toLowerCase(Locale.ROOT))))
              .filter(near -> near.score >= least)
              .max(Comparator.comparingDouble(Near::score));
      if (best.isPresent()) {
        return best;
      }
    }
    return Optional.empty();
  }

  private List<String> candidates(String wanted, int size) {
    var groups = groups(wanted, size);
    var scored = new ArrayList<Near>();
    for (var name : names) {
      var score = cosine(groups, groups(name.toLowerCase(Locale.ROOT), size));
      if (score > 0) {
        scored.add(new Near(name, score));
      }
    }
    scored.sort(Comparator.comparingDouble(Near::score).reversed());
    return scored.stream().limit(MOST_COMPARED).map(Near::name).toList();
  }

  private static Map<String, Integer> groups(String name, int size) {
    var padded = new StringBuilder("-");
    name.codePoints()
        .filter(c -> Character.isLetterOrDigit(c) || c == ' ' || c == ',' || c == '_')
        .forEach(padded::appendCodePoint);
    padded.append('-');
    while (padded.length() < size) {
      padded.append('-');
    }
    var groups = new HashMap<String, Integer>();
    for (var i = 0; i + size <= padded.length(); i++) {
      groups.merge(padded.substring(i, i + size), 1, Integer::sum);
    }
    return groups;
  }

  private static double cosine(Map<String, Integer> one, Map<String, Integer> other) {
    double product = 0;
    for (var group : one.entrySet()) {
      product += group.getValue() * other.getOrDefault(group.getKey(), 0);
    }
    return product == 0 ? 0 : product / (length(one) * length(other));
  }

  private static double length(Map<String, Integer> groups) {
    return Math.sqrt(groups.values().stream().mapToDouble(n -> (double) n * n).sum());
  }

  private static double closeness(String one, String other) {
    var longest = Math.max(one.length(), other.length());
    return longest == 0 ? 1 : 1 - (double) distance(one, other) / longest;
  }

  private static int distance(String one, String other) {
    var before = new int[other.length() + 1];
    var row = new int[other.length() + 1];
    for (var j = 0; j <= other.length(); j++) {
      before[j] = j;
    }
    for (var i = 1; i <= one.length(); i++) {
      row[0] = i;
      for (var j = 1; j <= other.length(); j++) {
        var change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], before[j]) + 1, before[j - 1] + change);
      }
      var swap = before;
      before = row;
      row = swap;
    }
    return before[other.length()];
  }
}
