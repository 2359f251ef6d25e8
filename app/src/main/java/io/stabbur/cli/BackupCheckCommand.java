package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stabbur backup check`: tries out whether backups can be made, before the first one.
@Command(
    name = "check",
    description = "Check that backups can be made: place, key, log, next times.")
final class BackupCheckCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Override
  public Integer call() {
    var found = server.post("/admin/v1/backups/check", Map.of());
    System.out.println("ok       the place can be written, read and deleted in");
    if (found.get("dumped_by") == null) {
      System.out.println(
          "ok       the log is shipped until " + RunningServer.text(found, "shipped_at"));
    } else {
      printDump(found);
    }
    System.out.println("         sealed with the key " + RunningServer.text(found, "key"));
    RunningServer.rows(found, "next")
        .forEach(
            time -> System.out.println("         next base backup at " + time.getStringValue()));
    return 0;
  }

  /// The database is somebody else's.
  private static void printDump(JsonNode found) {
    System.out.println("ok       dumps are made by " + RunningServer.text(found, "dumped_by"));
    System.out.println(
        "         in them: schema, rows, accounts, files and keys, of one moment a day; not in"
            + " them: what is written between, passwords of database roles, other databases of the"
            + " server");
  }
}
