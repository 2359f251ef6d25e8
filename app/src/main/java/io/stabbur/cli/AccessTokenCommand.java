package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur access-token`: tokens for Supabase's own command.
@Command(
    name = "access-token",
    description = "Create, list and revoke access tokens for Supabase's own command.",
    subcommands = {
      AccessTokenCommand.Create.class,
      AccessTokenCommand.Admit.class,
      AccessTokenCommand.Listing.class,
      AccessTokenCommand.Revoke.class,
      AccessTokenCommand.Log.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class AccessTokenCommand extends CommandGroup {
  private static final String PATH = "/admin/v1/management/access-tokens";

  @Command(
      name = "create",
      description =
          "Make an access token for this project. Its text is printed now and never again.")
  static final class Create implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "NAME", description = "Whose or what the token is for.")
    String name = "";

    @Option(names = "--expires", description = "After how long it ends, such as 12h or 90d.")
    @Nullable String expires;

    @Override
    public Integer call() {
      var made =
          server.post(
              PATH,
              RunningServer.body(
                  "name",
                  name,
                  "expires_at",
                  expires == null
                      ? null
                      : Instant.now().plus(TokenCommand.period(expires)).toString()));
      System.out.println(RunningServer.text(made, "token"));
      return 0;
    }
  }

  @Command(
      name = "admit",
      description =
          "Let an access token that another project of this server made into this project too. Its"
              + " text comes over standard input.")
  static final class Admit implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "NAME", description = "Whose or what the token is for.")
    String name = "";

    @Override
    public Integer call() throws IOException {
      var text =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      if (text == null || text.isBlank()) {
        throw new StartFailure(
            "No token came over standard input; pipe the text of one in: `printenv TOKEN | stabbur"
                + " access-token admit NAME`.");
      }
      var _ = server.post(PATH, RunningServer.body("name", name, "token", text.strip()));
      System.out.println("The token opens this project too.");
      return 0;
    }
  }

  @Command(
      name = "list",
      description = "List the access tokens, when each was last used and when it ends.")
  static final class Listing implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Override
    public Integer call() {
      print(server.get(PATH));
      return 0;
    }
  }

  @Command(name = "revoke", description = "End an access token, at once.")
  static final class Revoke implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "ID", description = "The token, as `access-token list` names it.")
    String id = "";

    @Override
    public Integer call() {
      print(server.post(PATH + "/" + id + "/revoke", Map.of()));
      return 0;
    }
  }

  @Command(name = "log", description = "Show what was changed with access tokens, newest first.")
  static final class Log implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Option(names = "--lines", description = "How many lines (default ${DEFAULT-VALUE}).")
    int lines = 100;

    @Override
    public Integer call() {
      var answer = server.get("/admin/v1/management/log?limit=" + lines);
      var table = new Table("AT", "TOKEN", "STATUS", "ACTION");
      for (var entry : RunningServer.rows(answer, "log")) {
        table.row(
            Table.moment(entry, "at"),
            RunningServer.text(entry, "token"),
            RunningServer.text(entry, "status"),
            RunningServer.text(entry, "action"));
      }
      table.print("Nothing was changed with an access token yet.");
      return 0;
    }
  }

  private static void print(JsonNode answer) {
    var table = new Table("STATE", "ID", "LAST USED", "ENDS", "NAME");
    for (var token : RunningServer.rows(answer, "tokens")) {
      table.row(
          TokenCommand.state(token),
          RunningServer.text(token, "id"),
          Table.moment(token, "last_used_at"),
          Table.moment(token, "expires_at"),
          RunningServer.text(token, "name"));
    }
    table.print("There are no access tokens; `stabbur access-token create NAME` makes one.");
  }
}
