package io.stabbur.console.activity;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rows for a spreadsheet. A text that a spreadsheet would take for a formula is made one that it
/// shows.
final class Csv {
  private static final String FORMULA = "=+-@\t\r";

  private final StringBuilder text = new StringBuilder();

  Csv(String... names) {
    row(names);
  }

  void row(String... cells) {
    text.append(Stream.of(cells).map(Csv::quoted).collect(Collectors.joining(","))).append("\r\n");
  }

  String text() {
    return text.toString();
  }

  private static String quoted(String cell) {
    var shown = !cell.isEmpty() && FORMULA.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    return '"' + shown.replace("\"", "\"\"") + '"';
  }
}
