package io.stabbur.cli;

import io.stabbur.project.Migrations;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stabbur migrate status`: every migration with a file here or a record in the database.
@Command(name = "status", description = "Show which migrations have run and which are pending.")
final class MigrateStatusCommand implements Callable<Integer> {
  @Mixin MigrationTarget target = new MigrationTarget();

  @Override
  public Integer call() {
    for (var line : target.with(Migrations::status)) {
      var state =
          switch (line.state()) {
            case APPLIED -> "applied";
            case PENDING -> "pending";
            case CHANGED -> "applied, edited since";
            case DATABASE_ONLY -> "applied, no file here";
          };
      System.out.printf("%-14s  %-21s  %s%n", line.version(), state, line.name());
    }
    return 0;
  }
}
