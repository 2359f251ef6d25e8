package io.stabbur.cli;

import io.stabbur.project.ClientPrograms;
import io.stabbur.project.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur psql`: Postgres' own client on the database of the running Stabbur.
@Command(
    name = "psql",
    description = "Open psql on the database of the running Stabbur, as its owner.")
final class PsqlCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      description = "The data folder given to `up` (default ${DEFAULT-VALUE}).")
  Path data = Path.of("data");

  @Parameters(paramLabel = "ARGUMENT", description = "Arguments of psql, after --.")
  List<String> arguments = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var running = new DataFolder(data.toAbsolutePath().normalize()).mustRun();
    var url = DatabaseUrl.parse(running.getProperty("DB_URL"));
    var program =
        ClientPrograms.installed().suiting("psql", ClientPrograms.serverVersion(url), true);
    return ClientPrograms.run(program.program(), url, arguments);
  }
}
