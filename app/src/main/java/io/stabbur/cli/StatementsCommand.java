package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur statements`: the statements that took the most time, without their values.
@Command(
    name = "statements",
    description = "Show the statements that took the most time, and indexes they may lack.")
final class StatementsCommand implements Callable<Integer> {
  private static final int LONGEST = 160;
  private static final double PERCENT = 100;

  @Mixin ProjectServer server = new ProjectServer();

  @Option(names = "--limit", description = "How many (default ${DEFAULT-VALUE}).")
  int limit = 10;

  @Option(names = "--full", description = "Show statements to their end.")
  boolean full;

  @Override
  public Integer call() {
    var statements =
        RunningServer.rows(server.get("/admin/v1/statements?limit=" + limit), "statements");
    System.out.printf("%6s  %9s  %10s  %9s  %s%n", "time", "calls", "mean", "rows", "id");
    for (var statement : statements) {
      print(statement);
    }
    return 0;
  }

  private void print(JsonNode statement) {
    System.out.printf(
        Locale.ROOT,
        "%4.0f %%  %,9d  %7.1f ms  %,9d  %s%n    %s%n",
        number(statement, "share") * PERCENT,
        (long) number(statement, "calls"),
        number(statement, "mean_milliseconds"),
        (long) number(statement, "rows"),
        RunningServer.text(statement, "id"),
        shortened(RunningServer.text(statement, "statement")));
    for (var index : RunningServer.rows(statement, "missing_indexes")) {
      System.out.printf(
          Locale.ROOT,
          "    perhaps: %s  -- the table has %,d rows%n",
          RunningServer.text(index, "migration"),
          (long) number(index, "rows"));
    }
  }

  private String shortened(String text) {
    return full || text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }

  private static double number(JsonNode object, String field) {
    var node = object.get(field);
    return node == null ? 0 : node.getDoubleValue();
  }
}
