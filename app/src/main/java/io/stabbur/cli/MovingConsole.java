package io.stabbur.cli;

import io.stabbur.moving.FileMove;
import io.stabbur.moving.Move;
import io.stabbur.platform.db.Login;
import io.stabbur.project.ClientPrograms;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// A move as an operator sees it: the plan, the progress, what came over.
final class MovingConsole {
  @Option(
      names = "--dry-run",
      description = "Print what would move and what stands in the way, and write nothing.")
  boolean dryRun;

  /// The exit code: 1 where the plan has conflicts or something could not be moved.
  int run(Login source, Login target, Optional<FileMove> files) {
    var progress = new ProgressLines();
    try (var move = Move.open(source, target, ClientPrograms.installed(), files, progress)) {
      if (move.isFinished()) {
        System.out.println("Everything was moved before; nothing was done.");
        print(move.summary());
        return 0;
      }
      var plan = move.plan();
      print(plan.lines());
      if (!plan.conflicts().isEmpty()) {
        System.err.println(
            "stabbur: The move has conflicts and nothing was written; resolve them and run the command again.");
        return 1;
      }
      if (dryRun) {
        System.out.println("Nothing was written.");
        return 0;
      }
      var lost = move.run();
      progress.clear();
      System.out.println("Moved and compared:");
      move.summary().forEach(line -> System.out.println("  " + line));
      print(lost);
      if (!lost.isEmpty()) {
        System.err.printf(
            "stabbur: %d files could not be moved; run the command again once they are there.%n",
            lost.size());
        return 1;
      }
      return 0;
    }
  }

  private static void print(List<String> lines) {
    lines.forEach(System.out::println);
  }
}
