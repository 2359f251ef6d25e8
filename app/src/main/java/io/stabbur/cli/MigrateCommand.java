package io.stabbur.cli;

import io.stabbur.project.MigrationFile;
import io.stabbur.project.Migrations;
import io.stabbur.project.Migrations.Older;
import io.stabbur.project.StartFailure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur migrate`: runs the migrations that are pending, as every start does.
@Command(
    name = "migrate",
    description = "Run the migrations that are pending, as every start does.",
    subcommands = MigrateStatusCommand.class)
final class MigrateCommand implements Callable<Integer> {
  @Mixin MigrationTarget target = new MigrationTarget();

  @Option(names = "--dry-run", description = "Name the files that would run, and run none.")
  boolean dryRun;

  @Option(
      names = "--include-all",
      description = "Also run files that are older than one that has run.")
  boolean includeAll;

  @Option(
      names = "--accept-changed",
      description =
          "Take files that were edited after they had run for what ran; the database stays as it is.")
  boolean acceptChanged;

  @Override
  public Integer call() {
    if (dryRun && acceptChanged) {
      throw new StartFailure(
          "--accept-changed changes what the database remembers, --dry-run changes nothing; give one of them (`stabbur migrate status` names edited files).");
    }
    var files = target.with(this::work);
    for (var file : files) {
      System.out.println((dryRun ? "Would run " : "Ran ") + file.fileName());
    }
    if (files.isEmpty()) {
      System.out.println("Nothing is pending.");
    }
    return 0;
  }

  private List<MigrationFile> work(Migrations migrations) {
    if (acceptChanged) {
      migrations.acceptChanged().forEach(file -> System.out.println("Accepted " + file.fileName()));
    }
    var older = includeAll ? Older.INCLUDE : Older.REFUSE;
    return dryRun ? migrations.pending(older) : migrations.apply(older);
  }
}
