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
import picocli.CommandLine;
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
final class AccessTokenCommand implements Runnable {
  private static final String PATH = "/admin/v1/management/access-tokens";

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

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
            "No token came over standard input; pipe the text of one in: `printenv TOKEN | stabbur access-token admit NAME`.");
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
      for (var entry : RunningServer.rows(answer, "log")) {
        System.out.printf(
            "%s %-20s %s %s%n",
            RunningServer.text(entry, "at"),
            RunningServer.text(entry, "token"),
            RunningServer.text(entry, "status"),
            RunningServer.text(entry, "action"));
      }
      return 0;
    }
  }

  private static void print(JsonNode answer) {
    for (var token : RunningServer.rows(answer, "tokens")) {
      System.out.printf(
          "%-8s %s last used %s, ends %s  %s%n",
          TokenCommand.state(token),
          RunningServer.text(token, "id"),
          RunningServer.text(token, "last_used_at"),
          RunningServer.text(token, "expires_at"),
          RunningServer.text(token, "name"));
    }
  }
}
