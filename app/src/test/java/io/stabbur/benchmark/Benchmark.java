package io.stabbur.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `mvn -q -Pbenchmark,quick process-test-classes -Dbenchmark=start` (or `session`, `policies`,
/// `auth`, `storage`, `hostile`, `half-requests`, `functions`, `function-crowd`, `projects`,
/// `request-log`, `realtime`, and `data` and `membership`, which need pgbench on the path).
public final class Benchmark {
  private static final Path AUTOGROUPS = Path.of("/proc/sys/kernel/sched_autogroup_enabled");

  private Benchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var which = arguments.length == 0 ? "start" : arguments[0];
    System.out.printf("%s, %d processors%n", which, Runtime.getRuntime().availableProcessors());
    switch (which) {
      case "start" -> StartBenchmark.run();
      case "session" -> {
        warnOfAutogroups();
        SessionBenchmark.run();
      }
      case "policies" -> PolicyBenchmark.run();
      case "auth" -> AuthBenchmark.run();
      case "storage" -> StorageBenchmark.run();
      case "data" -> {
        warnOfAutogroups();
        DataBenchmark.run();
      }
      case "hostile" -> {
        warnOfAutogroups();
        HostileBenchmark.run();
      }
      case "membership" -> {
        warnOfAutogroups();
        MembershipBenchmark.run();
      }
      case "functions" -> FunctionsBenchmark.run();
      case "function-crowd" -> FunctionCrowdBenchmark.run();
      case "half-requests" -> HalfRequestBenchmark.run();
      case "request-log" -> RequestLogBenchmark.run();
      case "projects" -> ProjectsBenchmark.run();
      case "restore" -> RestoreBenchmark.run();
      case "realtime" -> {
        warnOfAutogroups();
        RealtimeBenchmark.run();
      }
      default -> {
        System.err.println(
            "benchmark: there is start, session, policies, auth, storage, data, membership,"
                + " hostile, half-requests, functions, function-crowd, projects, request-log, restore"
                + " and realtime, not "
                + which);
        System.exit(1);
      }
    }
  }

  /// Under autogroups the kernel schedules each Postgres backend as a group of its own, and lets a
  /// backend that changed its processor wait for tens of milliseconds when all are busy.
  private static void warnOfAutogroups() throws IOException {
    if (Files.isReadable(AUTOGROUPS) && Files.readString(AUTOGROUPS).strip().equals("1")) {
      System.out.println(
          "kernel.sched_autogroup_enabled is 1: outside a CPU control group, expect a long tail");
    }
  }
}
