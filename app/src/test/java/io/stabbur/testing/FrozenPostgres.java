package io.stabbur.testing;

import io.stabbur.project.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A project's embedded Postgres, stopped by SIGSTOP with all its processes: it takes connections
/// and answers nothing, until [#close()] lets it go on.
public final class FrozenPostgres implements AutoCloseable {
  private final List<Long> pids;

  private FrozenPostgres(List<Long> pids) {
    this.pids = pids;
  }

  public static FrozenPostgres freeze(Project project) throws IOException, InterruptedException {
    return freeze(project.folder().resolve("postgres/postmaster.pid"));
  }

  static FrozenPostgres freeze(Path pidFile) throws IOException, InterruptedException {
    long postmaster = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
    var pids = new ArrayList<>(List.of(postmaster));
    signal("-STOP", pids);
    ProcessHandle.of(postmaster)
        .orElseThrow()
        .descendants()
        .map(ProcessHandle::pid)
        .forEach(pids::add);
    signal("-STOP", pids);
    return new FrozenPostgres(pids);
  }

  private static void signal(String signal, List<Long> pids)
      throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of("kill", signal));
    pids.forEach(pid -> line.add(pid.toString()));
    new ProcessBuilder(line).start().waitFor();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    signal("-CONT", pids);
  }
}
