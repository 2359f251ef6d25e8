package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.probe.Deed;
import io.stabbur.operations.probe.IsolationProbe;
import io.stabbur.operations.probe.Matrix;
import io.stabbur.operations.probe.MatrixJson;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur probe`: whether one organization reaches what is another's. Exit code 1 where it does.
@Command(
    name = "probe",
    description =
        "Test the isolation of organizations: make two, let the members of one try to read and"
            + " write the other's rows, files and topics, and roll all of it back.")
final class ProbeCommand implements Callable<Integer> {
  private static final int WIDTH = 100;
  private static final int CELL = 12;

  /// How the matrix is printed.
  enum Format {
    pretty,
    json
  }

  @Mixin ProjectServer server = new ProjectServer();
  @Mixin AdvisedDatabase database = new AdvisedDatabase();

  @Option(
      names = "--as",
      paramLabel = "CLAIMS",
      description =
          "The claims of a caller's token as JSON, where the schema does not say how organizations"
              + " are made; twice or more, the last one is of the other organization.")
  List<String> as = new ArrayList<>();

  @Option(names = "-o", description = "pretty or json (default ${DEFAULT-VALUE}).")
  Format format = Format.pretty;

  @Option(names = "--strict", description = "What could not be tried counts as a leak.")
  boolean strict;

  @Override
  public Integer call() {
    var claims = as.stream().map(ProbeCommand::claims).toList();
    if (claims.size() == 1) {
      throw new StartFailure("Give --as twice or more; the last one is of the other organization.");
    }
    var matrix =
        database.or(server).with((opened, schemas) -> IsolationProbe.run(opened, schemas, claims));
    if (format == Format.json) {
      System.out.println(Json.write(MatrixJson.of(matrix)));
    } else {
      print(matrix);
    }
    return matrix.leaks().isEmpty() && (matrix.unprobed().isEmpty() || !strict) ? 0 : 1;
  }

  private static JsonNode claims(String text) {
    if (!Json.isValid(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        || !Json.parse(text).isObject()) {
      throw new StartFailure("--as takes a JSON object, such as '{\"sub\": \"…\"}'.");
    }
    return Json.parse(text);
  }

  private static void print(Matrix matrix) {
    int first = matrix.rows().stream().mapToInt(row -> label(row).length()).max().orElse(10);
    first = Math.min(first, WIDTH / 2);
    System.out.println(
        " ".repeat(first)
            + matrix.callers().stream()
                .map(caller -> "  " + padded(caller, width(matrix, caller)))
                .collect(Collectors.joining())
                .stripTrailing());
    for (var row : matrix.rows()) {
      var line = new StringBuilder(padded(label(row), first));
      for (var caller : matrix.callers()) {
        line.append("  ").append(padded(cell(row, caller), width(matrix, caller)));
      }
      System.out.println(line.toString().stripTrailing());
    }
    System.out.println();
    matrix.leaks().forEach(row -> leaks(row, matrix.callers()));
    matrix
        .unprobed()
        .forEach(sentence -> AdvisorCommand.wrapped("Not tried: ", sentence + ".", WIDTH));
    System.out.println(summary(matrix));
  }

  private static String label(Matrix.Row row) {
    return row.kind().equals("table") ? row.name() : row.kind() + " " + row.name();
  }

  private static int width(Matrix matrix, String caller) {
    return matrix.rows().stream()
        .mapToInt(row -> cell(row, caller).length())
        .reduce(Math.min(caller.length(), CELL), Math::max);
  }

  private static String cell(Matrix.Row row, String caller) {
    var reach = row.reaches().get(caller);
    if (reach == null) {
      return "";
    }
    return reach.deeds().isEmpty()
        ? "–"
        : reach.deeds().stream().map(Deed::word).collect(Collectors.joining(", "));
  }

  private static String padded(String text, int width) {
    return text.length() > width
        ? text.substring(0, Math.max(width - 1, 1)) + "…"
        : text + " ".repeat(width - text.length());
  }

  /// One sentence for all callers who reach the same in the same way.
  private static void leaks(Matrix.Row row, List<String> callers) {
    var who = new LinkedHashMap<String, List<String>>();
    for (var caller : callers) {
      var reach = row.reaches().get(caller);
      if (reach != null && !reach.deeds().isEmpty()) {
        var what =
            "%s what is another organization's: %s"
                .formatted(
                    reach.deeds().stream().map(Deed::word).collect(Collectors.joining(", ")),
                    reach.why());
        who.computeIfAbsent(what, _ -> new ArrayList<>()).add(caller);
      }
    }
    for (Map.Entry<String, List<String>> each : who.entrySet()) {
      AdvisorCommand.wrapped(
          "LEAK  ",
          "%s  %s %s.".formatted(label(row), String.join(", ", each.getValue()), each.getKey()),
          WIDTH);
    }
    System.out.println("      accept:  stabbur advisor accept '" + row.key() + "' --because …");
    System.out.println();
  }

  private static String summary(Matrix matrix) {
    int leaks = matrix.leaks().size();
    long accepted = matrix.rows().stream().filter(row -> row.accepted().isPresent()).count();
    return "%s of %d things leak%s%s."
        .formatted(
            leaks == 0 ? "None" : Integer.toString(leaks),
            matrix.rows().size(),
            leaks == 1 ? "s" : "",
            accepted == 0 ? "" : "; %d accepted".formatted(accepted));
  }
}
