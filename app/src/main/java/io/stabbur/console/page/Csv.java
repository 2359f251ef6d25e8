package io.stabbur.console.page;

import io.micronaut.http.HttpResponse;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rows for a spreadsheet. A text that a spreadsheet would take for a formula is made one that it
/// shows.
public final class Csv {
  private static final String FORMULA = "=+-@\t\r";

  private final StringBuilder text = new StringBuilder();

  public Csv(String... names) {
    row(names);
  }

  public void row(String... cells) {
    text.append(Stream.of(cells).map(Csv::quoted).collect(Collectors.joining(","))).append("\r\n");
  }

  /// The answer with the rows as a file of this name.
  public HttpResponse<?> file(Pages pages, String name) {
    return pages
        .plain(HttpResponse.ok(text.toString()))
        .contentType("text/csv; charset=utf-8")
        .header("Content-Disposition", "attachment; filename=\"" + name + "\"");
  }

  private static String quoted(String cell) {
    var shown = !cell.isEmpty() && FORMULA.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    return '"' + shown.replace("\"", "\"\"") + '"';
  }
}
