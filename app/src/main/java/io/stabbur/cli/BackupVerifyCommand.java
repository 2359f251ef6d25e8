package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stabbur backup verify`: restores the newest state into a scratch folder and compares.
@Command(
    name = "verify",
    description = "Restore the newest state into a scratch folder, start it and compare.")
final class BackupVerifyCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Override
  public Integer call() {
    var proven = server.post("/admin/v1/backups/verify", Map.of());
    System.out.printf(
        "%s %s was restored, started and compared in %s s: a sealed value was read, %s tables"
            + " counted, %s files read.%n",
        isDump(proven) ? "Dump" : "Backup",
        RunningServer.text(proven, "backup"),
        RunningServer.text(proven, "seconds"),
        RunningServer.text(proven, "tables"),
        RunningServer.text(proven, "files"));
    var leftOut = RunningServer.text(proven, "left_out");
    if (!leftOut.equals("0")) {
      System.out.printf(
          "%s definitions that only a superuser may make, such as event triggers, were left out.%n",
          leftOut);
    }
    return 0;
  }

  private static boolean isDump(JsonNode proven) {
    return RunningServer.text(proven, "kind").equals("dump");
  }
}
