package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur alerts`: what needs a person now. Exit code 1 when an alert fires that nothing
/// silences.
@Command(
    name = "alerts",
    description = "List the alerts that fire, and when each began.",
    subcommands = {
      AlertRulesCommand.class,
      AlertSilenceCommand.class,
      AlertSilencesCommand.class,
      AlertTestCommand.class
    })
final class AlertsCommand implements Callable<Integer> {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  @Mixin ProjectServer server = new ProjectServer();

  @Option(names = "--history", description = "List the last 200 instead, resolved ones too.")
  boolean history;

  @Override
  public Integer call() {
    var path = history ? "/admin/v1/alerts/history" : "/admin/v1/alerts";
    var alerts = RunningServer.rows(server.get(path), "alerts");
    boolean loud = false;
    for (var alert : alerts) {
      print(alert);
      loud |= RunningServer.rows(alert, "silencedBy").isEmpty();
    }
    if (alerts.isEmpty()) {
      System.out.println(history ? "No alert has fired yet." : "ok       no alert fires");
    }
    return loud && !history ? 1 : 0;
  }

  private static void print(JsonNode alert) {
    var labels = alert.get("labels");
    var annotations = alert.get("annotations");
    if (labels == null || annotations == null) {
      return;
    }
    boolean silenced = !RunningServer.rows(alert, "silencedBy").isEmpty();
    boolean resolved = RunningServer.text(alert, "status").equals("resolved");
    var severity =
        resolved ? "resolved" : silenced ? "silenced" : RunningServer.text(labels, "severity");
    System.out.printf(
        "%-8s  %-22s since %s%s%n          %s%n          %s%n",
        severity,
        RunningServer.text(labels, "alertname"),
        time(alert, "startsAt"),
        resolved ? " until " + time(alert, "endsAt") : "",
        RunningServer.text(annotations, "summary"),
        RunningServer.text(annotations, "runbook_url"));
    RunningServer.rows(alert, "deliveries").forEach(AlertsCommand::printDelivery);
    RunningServer.rows(alert, "silences").forEach(AlertsCommand::printSilence);
  }

  /// A project's own key is not told to whom.
  private static void printDelivery(JsonNode delivery) {
    boolean taken = delivery.get("failure") == null && !time(delivery, "deliveredAt").equals(NEVER);
    var receiver = RunningServer.text(delivery, "receiver");
    System.out.printf(
        "          %s %s%s%s%n",
        RunningServer.text(delivery, "status"),
        taken ? "told" : "not yet told",
        receiver.equals("-") ? "" : " to " + receiver,
        taken ? " at " + time(delivery, "deliveredAt") : failure(delivery));
  }

  private static String failure(JsonNode delivery) {
    var failure = RunningServer.text(delivery, "failure");
    return failure.equals("-") ? "" : ": " + failure;
  }

  private static void printSilence(JsonNode silence) {
    System.out.printf(
        "          silenced from %s until %s: %s%n",
        time(silence, "createdAt"), time(silence, "endsAt"), RunningServer.text(silence, "reason"));
  }

  private static String time(JsonNode alert, String field) {
    return RunningServer.text(alert, field).replaceFirst("\\.\\d+Z$", "Z");
  }
}
