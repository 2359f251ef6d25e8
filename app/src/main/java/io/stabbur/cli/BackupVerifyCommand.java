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
    if (isDump(proven)) {
      System.out.printf(
          "Dump %s was read to its end in %s s, with %s files. It was not restored: do that by hand"
              + " once (app/docs/backup.md).%n",
          RunningServer.text(proven, "backup"),
          RunningServer.text(proven, "seconds"),
          RunningServer.text(proven, "files"));
      return 0;
    }
    System.out.printf(
        "Backup %s was restored, started and compared in %s s: a sealed value was read, %s tables"
            + " counted, %s files read.%n",
        RunningServer.text(proven, "backup"),
        RunningServer.text(proven, "seconds"),
        RunningServer.text(proven, "tables"),
        RunningServer.text(proven, "files"));
    return 0;
  }

  private static boolean isDump(JsonNode proven) {
    return RunningServer.text(proven, "kind").equals("dump");
  }
}
