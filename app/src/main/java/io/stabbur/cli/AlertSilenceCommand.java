package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur alerts silence DiskFull --for 2h --reason …`: tells nobody of an alert for a while.
@Command(name = "silence", description = "Silence an alert for a time: no receiver is told.")
final class AlertSilenceCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Parameters(paramLabel = "ALERT", description = "The alert's name, such as DiskFull.")
  String name = "";

  @Option(names = "--for", required = true, description = "For how long, such as 30m, 2h or 7d.")
  String period = "";

  @Option(names = "--reason", required = true, description = "Why; others read it.")
  String reason = "";

  @Option(
      names = "--label",
      description = "Only where a label has this value, such as --label relname=notes.")
  Map<String, String> labels = new LinkedHashMap<>();

  @Override
  public Integer call() {
    var matchers = new LinkedHashMap<String, JsonNode>();
    matchers.put("alertname", JsonNode.createStringNode(name));
    labels.forEach((label, value) -> matchers.put(label, JsonNode.createStringNode(value)));
    var until = Instant.now().plus(duration()).truncatedTo(ChronoUnit.SECONDS);
    var body = new LinkedHashMap<String, JsonNode>();
    body.put("matchers", JsonNode.createObjectNode(matchers));
    body.put("reason", JsonNode.createStringNode(reason));
    body.put("endsAt", JsonNode.createStringNode(until.toString()));
    var made = server.post("/admin/v1/alerts/silences", body);
    System.out.printf(
        "Silenced %s until %s; `stabbur alerts silences --end %s` ends it before.%n",
        name, until, RunningServer.text(made, "id"));
    return 0;
  }

  private Duration duration() {
    try {
      var text = period.toUpperCase(Locale.ROOT);
      return Duration.parse(text.endsWith("D") ? "P" + text : "PT" + text);
    } catch (DateTimeParseException e) {
      throw new StartFailure(
          "Invalid duration %s; use for example 30m, 2h or 7d.".formatted(period), e);
    }
  }
}
