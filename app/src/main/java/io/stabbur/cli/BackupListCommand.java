package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stabbur backup list`: the backups there are, and how they stand.
@Command(name = "list", description = "List the backups, and when one was last proven.")
final class BackupListCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Override
  public Integer call() {
    var answer = server.get("/admin/v1/backups");
    var backups = RunningServer.rows(answer, "backups");
    var table = new Table("ID", "COMPLETE UNTIL", "DATABASE BYTES", "FILES");
    for (var backup : backups) {
      table.row(
          RunningServer.text(backup, "id"),
          RunningServer.text(backup, "ended_at"),
          RunningServer.text(backup, "database_bytes"),
          RunningServer.text(backup, "files"));
    }
    table.print("There is no backup yet; `stabbur backup` makes one.");
    var status = answer.get("status");
    if (status != null) {
      print(status);
    }
    return 0;
  }

  private static String proof(JsonNode status) {
    var at = Table.moment(status, "last_proof_at");
    return at.equals("-") ? "none yet; `stabbur backup verify` makes one" : at;
  }

  private static void print(JsonNode status) {
    System.out.println("\nlast proven restore: " + proof(status));
    System.out.println("log shipped until:   " + RunningServer.text(status, "shipped_at"));
    for (var field : new String[] {"last_failure", "last_proof_failure", "shipping_failure"}) {
      var failure = RunningServer.text(status, field);
      if (!failure.equals("-")) {
        System.out.println("PROBLEM  " + field.replace('_', ' ') + ": " + failure);
      }
    }
  }
}
