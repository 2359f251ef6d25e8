package io.stabbur.console.page;

import io.micronaut.http.HttpResponse;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rows for a spreadsheet. A text that a spreadsheet would take for a formula is made one that it
/// shows.
public final class Csv {
  /// Where a formula begins, also in what a spreadsheet takes for the next cell or line where it
  /// parts cells at semicolons or tabs.
  private static final Pattern FORMULA = Pattern.compile("(^|[;\t\r\n])(?=[=+\\-@\t\r])");

  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

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

  static String quoted(String cell) {
    boolean isNumber = NUMBER.matcher(cell).matches();
    var shown = isNumber ? cell : FORMULA.matcher(cell).replaceAll("$1'");
    return '"' + shown.replace("\"", "\"\"") + '"';
  }
}
