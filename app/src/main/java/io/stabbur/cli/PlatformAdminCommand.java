package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stabbur platform-admin`: those who create organizations, across all of them.
@Command(
    name = "platform-admin",
    description =
        "Add, list and remove platform administrators, who create organizations and read no"
            + " personal data.",
    subcommands = {
      PlatformAdminCommand.Add.class,
      PlatformAdminCommand.ListAll.class,
      PlatformAdminCommand.Remove.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class PlatformAdminCommand extends CommandGroup {
  private static final String PATH = "/admin/v1/platform-admins";

  @Command(
      name = "add",
      description = "Make an account a platform administrator, from its next sign-in on.")
  static final class Add implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "EMAIL", description = "The address of the account.")
    String email = "";

    @Override
    public Integer call() {
      var added = server.post(PATH, RunningServer.body("email", email));
      System.out.printf("%s  %s%n", RunningServer.text(added, "user_id"), email);
      return 0;
    }
  }

  @Command(name = "list", description = "List the platform administrators.")
  static final class ListAll implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Override
    public Integer call() {
      var table = new Table("USER ID", "EMAIL", "SINCE");
      for (var each : server.get(PATH).values()) {
        table.row(
            RunningServer.text(each, "user_id"),
            RunningServer.text(each, "email"),
            RunningServer.text(each, "created_at"));
      }
      table.print(
          "There are no platform administrators; `stabbur platform-admin add EMAIL` makes one.");
      return 0;
    }
  }

  @Command(
      name = "remove",
      description = "Make a platform administrator an ordinary account, at once.")
  static final class Remove implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "PERSON", description = "The address or the id of the account.")
    String person = "";

    @Override
    public Integer call() {
      server.delete(PATH + "/" + id());
      return 0;
    }

    private String id() {
      return StreamSupport.stream(server.get(PATH).values().spliterator(), false)
          .filter(each -> is(each, "email") || is(each, "user_id"))
          .findFirst()
          .map(each -> RunningServer.text(each, "user_id"))
          .orElseThrow(
              () ->
                  new StartFailure(
                      "%s is no platform administrator; `stabbur platform-admin list` shows them."
                          .formatted(person)));
    }

    private boolean is(JsonNode each, String field) {
      return RunningServer.text(each, field).equalsIgnoreCase(person);
    }
  }
}
