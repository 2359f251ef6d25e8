package io.stabbur.cli;

import io.stabbur.moving.FileMove;
import io.stabbur.moving.StorageApi;
import io.stabbur.platform.config.Secret;
import io.stabbur.project.DatabaseUrl;
import java.nio.file.Path;
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

  @Option(
      names = "--data",
      description = "The data folder given to `up` (default ${DEFAULT-VALUE}).")
  Path data = Path.of("data");

  @Mixin StorageKey storage = new StorageKey();

  @Mixin MovingConsole console = new MovingConsole();

  @Override
  public Integer call() {
    var running = new DataFolder(data.toAbsolutePath().normalize()).mustRun();
    var source = DatabaseUrl.parse(running.getProperty("DB_URL")).login();
    var target = OtherDatabase.login(to);
    try (var own =
        new StorageApi(
            running.getProperty("LOCAL_URL"), Secret.of(running.getProperty("SERVICE_ROLE_KEY")))) {
      return console.run(source, target, storage.api().map(other -> new FileMove(own, other)));
    }
  }
}
