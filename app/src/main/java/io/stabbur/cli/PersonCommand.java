package io.stabbur.cli;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Uuids;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur person`: what a person may ask for about themselves.
@Command(
    name = "person",
    description = "Export or erase what is kept about one person.",
    subcommands = {PersonCommand.Export.class, PersonCommand.Erase.class},
    synopsisSubcommandLabel = "COMMAND")
final class PersonCommand extends CommandGroup {
  private static final String PATH = "/admin/v1/people";

  /// The path of a person named by id or, with an account, by address.
  private static String path(RunningServer server, String person) {
    if (!person.contains("@")) {
      return PATH + "/" + id(person);
    }
    var found = server.get(PATH + "?email=" + URLEncoder.encode(person, StandardCharsets.UTF_8));
    return PATH + "/" + RunningServer.text(found, "id");
  }

  private static UUID id(String person) {
    return Uuids.parse(person)
        .orElseThrow(
            () ->
                new StartFailure(
                    "%s is neither an e-mail address nor the id of an account or contact."
                        .formatted(person)));
  }

  @Command(
      name = "export",
      description = "Print everything that is kept about a person as JSON, in clear.")
  static final class Export implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(
        paramLabel = "PERSON",
        description = "The address or id of an account, or the id of a contact.")
    String person = "";

    @Override
    public Integer call() {
      System.out.println(Json.write(server.get(path(server, person))));
      return 0;
    }
  }

  @Command(name = "erase", description = "Erase a person's account, or empty a contact.")
  static final class Erase implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(
        paramLabel = "PERSON",
        description = "The address or id of an account, or the id of a contact.")
    String person = "";

    @Option(
        names = "--yes",
        required = true,
        description = "Confirms the erasure; it cannot be taken back.")
    boolean yes;

    @Override
    public Integer call() {
      server.delete(path(server, person));
      return 0;
    }
  }
}
