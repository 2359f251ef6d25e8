package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stabbur alerts test`: sends a made-up alert to every receiver. Exit code 1 when one did not
/// take it.
@Command(name = "test", description = "Send a test to every receiver of alerts.")
final class AlertTestCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Override
  public Integer call() {
    var answer = server.post("/admin/v1/alerts/test", Map.of()).get("receivers");
    if (answer == null || answer.size() == 0) {
      System.out.println(
          "PROBLEM  nobody is told of alerts: set operations.alerts.receivers in the settings");
      return 1;
    }
    boolean all = true;
    for (var entry : answer.entries()) {
      all &= print(entry.getKey(), entry.getValue());
    }
    return all ? 0 : 1;
  }

  private static boolean print(String receiver, JsonNode outcome) {
    boolean taken = outcome.getStringValue().equals("delivered");
    System.out.printf(
        "%s %s: %s%n", taken ? "ok      " : "PROBLEM ", receiver, outcome.getStringValue());
    return taken;
  }
}
