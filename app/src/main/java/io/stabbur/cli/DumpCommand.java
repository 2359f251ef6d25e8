package io.stabbur.cli;

import io.stabbur.project.ClientPrograms;
import io.stabbur.project.DatabaseUrl;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stabbur dump`: `pg_dump` of the running Stabbur's database, of a version that suits it.
@Command(
    name = "dump",
    description =
        "Write the running Stabbur's database with pg_dump: schema and rows, without files and"
            + " keys (`stabbur backup` has all).")
final class DumpCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Parameters(
      paramLabel = "ARGUMENT",
      description = "Arguments of pg_dump, after --, such as --format=custom --file=x.dump.")
  List<String> arguments = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var url = DatabaseUrl.parse(server.databaseUrl());
    var program =
        ClientPrograms.installed().suiting("pg_dump", ClientPrograms.serverVersion(url), false);
    return ClientPrograms.run(program.program(), url, arguments);
  }
}
