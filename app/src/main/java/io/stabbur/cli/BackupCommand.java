package io.stabbur.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stabbur backup`: makes a backup of the running Stabbur.
@Command(
    name = "backup",
    description = "Back up the running Stabbur to the place of stabbur.backup.to.",
    subcommands = {
      BackupListCommand.class,
      BackupCheckCommand.class,
      BackupVerifyCommand.class,
      BackupKeyCommand.class
    })
final class BackupCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Override
  public Integer call() {
    var backup = server.post("/admin/v1/backups", Map.of());
    System.out.printf(
        "Backup %s: database %s bytes, %s files (%s new). Everything committed before %s is in"
            + " it.%n",
        RunningServer.text(backup, "id"),
        RunningServer.text(backup, "database_bytes"),
        RunningServer.text(backup, "files"),
        RunningServer.text(backup, "new_files"),
        RunningServer.text(backup, "ended_at"));
    return 0;
  }
}
