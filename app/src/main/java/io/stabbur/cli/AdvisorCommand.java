package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.advisor.Advisor;
import io.stabbur.operations.advisor.ReportJson;
import io.stabbur.platform.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur advisor`: what is wrong with tables, policies and functions, and how to mend it. Exit
/// code 1 when something of the level asked for was found.
@Command(
    name = "advisor",
    description =
        "Check tables, policies and functions of the running server's database or any other, and"
            + " print what is wrong with the SQL that mends it.",
    subcommands = AdvisorAcceptCommand.class)
final class AdvisorCommand implements Callable<Integer> {
  private static final int WIDTH = 100;

  /// How findings are printed.
  enum Format {
    pretty,
    json
  }

  /// From which level on the exit code is 1.
  enum FailOn {
    error,
    warn,
    info,
    never
  }

  @Mixin ProjectServer server = new ProjectServer();
  @Mixin AdvisedDatabase database = new AdvisedDatabase();

  @Option(names = "-o", description = "pretty or json (default ${DEFAULT-VALUE}).")
  Format format = Format.pretty;

  @Option(
      names = "--fail-on",
      description =
          "The exit code is 1 from this level on: error, warn, info or never (default"
              + " ${DEFAULT-VALUE}).")
  FailOn failOn = FailOn.warn;

  @Option(names = "--tables", description = "Show each table with its policies in plain words.")
  boolean tables;

  @Option(names = "--all", description = "Show accepted findings, too.")
  boolean all;

  @Override
  public Integer call() {
    var report =
        database.isNamed()
            ? database.with((opened, schemas) -> ReportJson.of(Advisor.report(opened, schemas)))
            : server.get("/admin/v1/advisor");
    if (format == Format.json) {
      System.out.println(Json.write(report));
    } else {
      print(report);
    }
    return findings(report).stream().anyMatch(this::fails) ? 1 : 0;
  }

  private static List<JsonNode> findings(JsonNode report) {
    return RunningServer.rows(report, "findings").stream()
        .filter(finding -> finding.get("accepted") == null)
        .toList();
  }

  private boolean fails(JsonNode finding) {
    var level = FailOn.valueOf(RunningServer.text(finding, "level").toLowerCase(Locale.ROOT));
    return level.compareTo(failOn) <= 0 && failOn != FailOn.never;
  }

  private void print(JsonNode report) {
    if (tables) {
      RunningServer.rows(report, "tables").forEach(AdvisorCommand::table);
    }
    var found = RunningServer.rows(report, "findings");
    found.stream()
        .filter(finding -> all || finding.get("accepted") == null)
        .forEach(AdvisorCommand::finding);
    for (var sentence : texts(report, "unjudged")) {
      System.out.println("Not judged: " + sentence);
    }
    System.out.println(summary(report, found));
  }

  private static void table(JsonNode table) {
    var kind = RunningServer.text(table, "kind");
    boolean protects = "true".equals(RunningServer.text(table, "row_security"));
    System.out.printf(
        "%s.%s  %s%n  read by %s, written by %s%n",
        RunningServer.text(table, "schema"),
        RunningServer.text(table, "name"),
        kind.equals("table") ? "row-level security " + (protects ? "on" : "OFF") : kind,
        names(table, "readers"),
        names(table, "writers"));
    for (var policy : RunningServer.rows(table, "policies")) {
      wrapped(
          "  %-20s  ".formatted(RunningServer.text(policy, "name")),
          RunningServer.text(policy, "text"),
          WIDTH);
    }
    System.out.println();
  }

  private static void finding(JsonNode finding) {
    System.out.printf(
        "%-5s  %s%n",
        RunningServer.text(finding, "level"), RunningServer.text(finding, "cache_key"));
    wrapped("       ", RunningServer.text(finding, "detail"), WIDTH);
    var accepted = finding.get("accepted");
    if (accepted == null) {
      RunningServer.text(finding, "remediation")
          .lines()
          .forEach(line -> System.out.println("       mend:  " + line));
    } else {
      var until = accepted.get("until");
      wrapped(
          "       ",
          "accepted%s, because %s"
              .formatted(
                  until == null ? "" : " until " + until.getStringValue(),
                  RunningServer.text(accepted, "because")),
          WIDTH);
    }
    System.out.println();
  }

  private static String summary(JsonNode report, List<JsonNode> found) {
    var open = findings(report);
    int accepted = found.size() - open.size();
    var counts =
        "%s, %s, %s in %s"
            .formatted(
                count(open, "ERROR", "error"),
                count(open, "WARN", "warning"),
                count(open, "INFO", "note"),
                String.join(", ", texts(report, "schemas")));
    return accepted == 0 ? counts + "." : counts + "; %d accepted (--all).".formatted(accepted);
  }

  private static String count(List<JsonNode> findings, String level, String word) {
    long count =
        findings.stream()
            .filter(finding -> RunningServer.text(finding, "level").equals(level))
            .count();
    return count == 1 ? "1 " + word : (count == 0 ? "no " : count + " ") + word + "s";
  }

  private static String names(JsonNode table, String field) {
    var names = texts(table, field);
    return names.isEmpty() ? "nobody" : String.join(" and ", names);
  }

  private static List<String> texts(JsonNode object, String field) {
    return RunningServer.rows(object, field).stream().map(JsonNode::getStringValue).toList();
  }

  /// Prints words in lines of about this width, all but the first indented as far as the first's
  /// beginning is long.
  static void wrapped(String beginning, String text, int width) {
    var line = new StringBuilder(beginning);
    int used = 0;
    for (var word : text.split(" ", -1)) {
      if (used > 0 && line.length() + word.length() > width) {
        System.out.println(line.toString().stripTrailing());
        line = new StringBuilder(" ".repeat(beginning.length()));
        used = 0;
      }
      line.append(used++ == 0 ? "" : " ").append(word);
    }
    System.out.println(line);
  }
}
