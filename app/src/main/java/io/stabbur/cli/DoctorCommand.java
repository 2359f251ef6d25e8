package io.stabbur.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stabbur doctor`: looks for what should not be. Exit code 1 when something was found.
@Command(name = "doctor", description = "Check the running Stabbur: the audit log's chains.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin RunningServer server = new RunningServer();

  @Override
  public Integer call() {
    var problems = server.get("/admin/v1/audit/problems");
    if (problems.size() == 0) {
      System.out.println("ok       audit log: every chain holds");
      return 0;
    }
    for (var problem : problems.values()) {
      System.out.printf(
          "PROBLEM  audit log, chain %s, entry %s: %s%n",
          RunningServer.text(problem, "chain"),
          RunningServer.text(problem, "sequence"),
          RunningServer.text(problem, "problem"));
    }
    return 1;
  }
}
