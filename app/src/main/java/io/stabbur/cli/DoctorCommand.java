package io.stabbur.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stabbur doctor`: looks for what should not be. Exit code 1 when something was found.
@Command(
    name = "doctor",
    description =
        "Check the running Stabbur: the audit log's chains, open tables, the Postgres log.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin RunningServer server = new RunningServer();

  @Override
  public Integer call() {
    boolean whole = auditLog();
    boolean sound = findings();
    return whole && sound ? 0 : 1;
  }

  private boolean auditLog() {
    var problems = server.get("/admin/v1/audit/problems");
    for (var problem : problems.values()) {
      System.out.printf(
          "PROBLEM  audit log, chain %s, entry %s: %s%n",
          RunningServer.text(problem, "chain"),
          RunningServer.text(problem, "sequence"),
          RunningServer.text(problem, "problem"));
    }
    if (problems.size() == 0) {
      System.out.println("ok       audit log: every chain holds");
    }
    return problems.size() == 0;
  }

  private boolean findings() {
    var findings = server.get("/admin/v1/findings");
    for (var finding : findings.values()) {
      System.out.println("PROBLEM  " + finding.getStringValue());
    }
    if (findings.size() == 0) {
      System.out.println("ok       database: no open table, no values in the log");
    }
    return findings.size() == 0;
  }
}
