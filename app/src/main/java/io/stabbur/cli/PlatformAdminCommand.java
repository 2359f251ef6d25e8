package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stabbur platform-admin`: those who create organizations, across all of them.
@Command(
    name = "platform-admin",
    description = "Say who runs the platform: they create organizations and read no personal data.",
    subcommands = {
      PlatformAdminCommand.Add.class,
      PlatformAdminCommand.ListAll.class,
      PlatformAdminCommand.Remove.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class PlatformAdminCommand implements Runnable {
  private static final String PATH = "/admin/v1/platform-admins";

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  @Command(name = "add", description = "Make an account one; it signs in anew to use it.")
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

  @Command(name = "list", description = "List them.")
  static final class ListAll implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Override
    public Integer call() {
      for (var each : server.get(PATH).values()) {
        System.out.printf(
            "%s  %s  %s%n",
            RunningServer.text(each, "user_id"),
            RunningServer.text(each, "email"),
            RunningServer.text(each, "created_at"));
      }
      return 0;
    }
  }

  @Command(name = "remove", description = "Make an account an ordinary one, at once.")
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
