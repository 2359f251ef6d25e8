package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// A list as a command prints it: headings, and columns as wide as what is in them.
final class Table {
  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    this.headings = List.of(headings);
  }

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  /// Prints it, or the sentence where there is no row.
  void print(String none) {
    if (rows.isEmpty()) {
      System.out.println(none);
      return;
    }
    System.out.println(line(headings));
    rows.forEach(row -> System.out.println(line(row)));
  }

  private String line(List<String> cells) {
    var line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i)).append(" ".repeat(width(i) - length(cells.get(i)) + 2));
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    return rows.stream()
        .mapToInt(row -> length(row.get(column)))
        .reduce(length(headings.get(column)), Math::max);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /// A moment of an answer to the second, in UTC; `-` where there is none.
  static String moment(JsonNode object, String field) {
    var text = RunningServer.text(object, field);
    return text.equals("-") ? text : Instant.parse(text).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
