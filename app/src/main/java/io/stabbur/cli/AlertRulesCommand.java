package io.stabbur.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stabbur alerts rules`: the rules as a file for Prometheus.
@Command(name = "rules", description = "Print the rules of the alerts as a file for Prometheus.")
final class AlertRulesCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Override
  public Integer call() {
    System.out.print(RunningServer.text(server.get("/admin/v1/alerts/rules"), "yaml"));
    return 0;
  }
}
