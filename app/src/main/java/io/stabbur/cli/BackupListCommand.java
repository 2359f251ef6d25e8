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
    for (var backup : backups) {
      System.out.printf(
          "%-18s  until %-26s  %14s bytes  %8s files%n",
          RunningServer.text(backup, "id"),
          RunningServer.text(backup, "ended_at"),
          RunningServer.text(backup, "database_bytes"),
          RunningServer.text(backup, "files"));
    }
    if (backups.isEmpty()) {
      System.out.println("There is no backup yet; `stabbur backup` makes one.");
    }
    var status = answer.get("status");
    if (status != null) {
      print(status);
    }
    return 0;
  }

  private static void print(JsonNode status) {
    System.out.println("last proven restore: " + RunningServer.text(status, "last_proof_at"));
    System.out.println("log shipped until:   " + RunningServer.text(status, "shipped_at"));
    for (var field : new String[] {"last_failure", "last_proof_failure", "shipping_failure"}) {
      var failure = RunningServer.text(status, field);
      if (!failure.equals("-")) {
        System.out.println("PROBLEM  " + field.replace('_', ' ') + ": " + failure);
      }
    }
  }
}
