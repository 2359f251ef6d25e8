package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur requests`: errors by path and status, organization or role, from the log of requests.
@Command(
    name = "requests",
    description = "Show errors by path and status, organization or role, from the log of requests.")
final class RequestsCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Option(names = "--by", description = "route, organization or role (default ${DEFAULT-VALUE}).")
  String by = "route";

  @Option(names = "--minutes", description = "How far back (default ${DEFAULT-VALUE}).")
  int minutes = 60;

  @Option(names = "--step", description = "Minutes that are counted together; all when left out.")
  int step;

  @Option(names = "--all", description = "Requests that succeeded, too.")
  boolean all;

  @Option(names = "--lines", description = "Show single requests, the newest first.")
  boolean lines;

  @Option(names = "--limit", description = "How many lines (default ${DEFAULT-VALUE}).")
  int limit = 50;

  @Override
  public Integer call() {
    var query = "?minutes=%d&status=%d&limit=%d".formatted(minutes, all ? 0 : 400, limit);
    if (lines) {
      RunningServer.rows(server.get("/admin/v1/requests/lines" + query), "requests")
          .forEach(RequestsCommand::printLine);
    } else {
      var counted = "/admin/v1/requests%s&by=%s&step=%d".formatted(query, by, step);
      System.out.printf("%8s  %6s  %10s  %10s  %s%n", "requests", "status", "mean", "longest", by);
      RunningServer.rows(server.get(counted), "counts").forEach(this::printCount);
    }
    return 0;
  }

  private void printCount(JsonNode count) {
    var what = RunningServer.text(count, by);
    System.out.printf(
        Locale.ROOT,
        "%,8d  %6d  %7.1f ms  %7.1f ms  %s%s%n",
        (long) number(count, "requests"),
        (long) number(count, "status"),
        number(count, "mean_milliseconds"),
        number(count, "longest_milliseconds"),
        step > 0 ? RunningServer.text(count, "from") + "  " : "",
        what.isEmpty() ? "-" : what);
  }

  private static void printLine(JsonNode line) {
    System.out.printf(
        Locale.ROOT,
        "%s  %3d  %7.1f ms  %s %s  %s %s  %s%n",
        RunningServer.text(line, "at"),
        (long) number(line, "status"),
        number(line, "milliseconds"),
        RunningServer.text(line, "method"),
        RunningServer.text(line, "route"),
        RunningServer.text(line, "role"),
        RunningServer.text(line, "organization"),
        RunningServer.text(line, "request_id"));
  }

  private static double number(JsonNode object, String field) {
    var node = object.get(field);
    return node == null ? 0 : node.getDoubleValue();
  }
}
