package io.stabbur.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur alerts silences`: the silences there are; `--end ID` ends one.
@Command(name = "silences", description = "List the silences, or end one.")
final class AlertSilencesCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Option(names = "--end", description = "End the silence of this id.")
  @Nullable String end;

  @Override
  public Integer call() {
    if (end != null) {
      server.delete("/admin/v1/alerts/silences/" + end);
      System.out.println("The silence has ended.");
      return 0;
    }
    var silences = RunningServer.rows(server.get("/admin/v1/alerts/silences"), "silences");
    for (var silence : silences) {
      System.out.printf(
          "%s  until %s  %s%n    %s%n",
          RunningServer.text(silence, "id"),
          RunningServer.text(silence, "endsAt"),
          RunningServer.text(silence, "matchers"),
          RunningServer.text(silence, "reason"));
    }
    if (silences.isEmpty()) {
      System.out.println("Nothing is silenced.");
    }
    return 0;
  }
}
