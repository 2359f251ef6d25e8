package io.stabbur.cli;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.MigrationFile;
import io.stabbur.project.MigrationTrial;
import io.stabbur.project.Migrations;
import io.stabbur.project.Migrations.Older;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur migrate`: runs the migrations that are pending, as every start does.
@Command(
    name = "migrate",
    description = "Run pending migrations, as every start does.",
    subcommands = MigrateStatusCommand.class)
final class MigrateCommand implements Callable<Integer> {
  @Mixin MigrationTarget target = new MigrationTarget();

  @Option(
      names = "--dry-run",
      description =
          "Try the files in a transaction that is rolled back, and show every mistake, what they"
              + " lock, and the tables that are written anew. Tables that they change are locked"
              + " meanwhile. What a rollback does not take back is named and not tried.")
  boolean dryRun;

  @Option(
      names = "--include-all",
      description = "Also run files that are older than one that has run.")
  boolean includeAll;

  @Option(
      names = "--accept-changed",
      description =
          "Record files that were edited after they ran as what ran; the database is not changed.")
  boolean acceptChanged;

  @Override
  public Integer call() {
    if (dryRun && acceptChanged) {
      throw new StartFailure(
          "--accept-changed changes what the database remembers, --dry-run changes nothing; give"
              + " one of them (`stabbur migrate status` names edited files).");
    }
    if (dryRun) {
      return tell(target.with(migrations -> migrations.plan(older())));
    }
    var files = target.with(this::work);
    files.forEach(file -> System.out.println("Ran " + file.fileName()));
    if (files.isEmpty()) {
      System.out.println("Nothing is pending.");
    }
    return 0;
  }

  private Older older() {
    return includeAll ? Older.INCLUDE : Older.REFUSE;
  }

  private static int tell(MigrationTrial trial) {
    trial.files().forEach(file -> System.out.println("Would run " + file.fileName()));
    trial.locks().forEach(lock -> System.out.println(lock.sentence()));
    trial.untried().forEach(text -> System.out.println("Not tried: " + text));
    trial.mistakes().forEach(text -> System.err.println("stabbur: " + text + "."));
    if (trial.files().isEmpty()) {
      System.out.println("Nothing is pending.");
    }
    return trial.mistakes().isEmpty() ? 0 : 1;
  }

  private List<MigrationFile> work(Migrations migrations) {
    if (acceptChanged) {
      migrations.acceptChanged().forEach(file -> System.out.println("Accepted " + file.fileName()));
    }
    return migrations.applyOrTellAll(older());
  }
}
