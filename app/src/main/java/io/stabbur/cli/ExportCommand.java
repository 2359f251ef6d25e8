package io.stabbur.cli;

import io.stabbur.moving.FileMove;
import io.stabbur.project.DatabaseUrl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur export`: the running Stabbur's project into another Supabase project, hosted or
/// self-hosted, or into another Stabbur.
@Command(
    name = "export",
    description =
        "Bring the running Stabbur's project into another Supabase project, hosted or self-hosted:"
            + " tables, accounts with passwords and sessions, policies, files. An interrupted"
            + " export goes on when it is run again.")
final class ExportCommand implements Callable<Integer> {
  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      description = "The target's database, directly or by a session pooler: " + OtherDatabase.HELP)
  String to = "";

  @Mixin ProjectServer server = new ProjectServer();

  @Mixin StorageKey storage = new StorageKey();

  @Mixin MovingConsole console = new MovingConsole();

  @Override
  public Integer call() {
    var source = DatabaseUrl.parse(server.databaseUrl()).login();
    var target = OtherDatabase.login(to);
    try (var own = server.storage()) {
      return console.run(source, target, storage.api().map(other -> new FileMove(own, other)));
    }
  }
}
