package io.stabbur.cli;

import io.stabbur.project.ClientPrograms;
import io.stabbur.project.DatabaseUrl;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stabbur psql`: Postgres' own client on the database of the running Stabbur.
@Command(
    name = "psql",
    description = "Open psql on the database of the running Stabbur, as its owner.")
final class PsqlCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Parameters(paramLabel = "ARGUMENT", description = "Arguments of psql, after --.")
  List<String> arguments = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var url = DatabaseUrl.parse(server.databaseUrl());
    var program =
        ClientPrograms.installed().suiting("psql", ClientPrograms.serverVersion(url), true);
    return ClientPrograms.run(program.program(), url, arguments);
  }
}
